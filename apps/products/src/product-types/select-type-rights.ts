import type { Output } from '@cordee/contracts/contract';
import type { getTypeRights } from '@cordee/contracts/products/product-type';
import type { EntityManager } from '@mikro-orm/postgresql';

/** Selects all product types with the rights of the product and its resources, including retired types and rights. */
export const selectTypeRights = (em: EntityManager): Promise<Output<typeof getTypeRights>['data']> =>
  em.execute<Output<typeof getTypeRights>['data']>(
    `select type.key as type,
       array(
         select distinct type_right.key from product_type_right type_right
         where type_right.product_type = type.key order by type_right.key
       ) as rights
     from product_type type
     order by type.position`,
  );
