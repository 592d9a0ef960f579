import type { Output } from '@cordee/contracts/contract';
import type { getTypeRights } from '@cordee/contracts/products/product-type';
import type { EntityManager } from '@mikro-orm/postgresql';

/** Every type, retired or not, with every right that it or a kind of resource in it ever had. */
export const selectTypeRights = (em: EntityManager): Promise<Output<typeof getTypeRights>['data']> =>
  em.execute<Output<typeof getTypeRights>['data']>(
    `select type.key as type,
       array(
         select distinct known.key from product_type_right known where known.product_type = type.key order by known.key
       ) as rights
     from product_type type
     order by type.position`,
  );
