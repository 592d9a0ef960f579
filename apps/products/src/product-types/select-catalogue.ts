import type { CatalogueEntry } from '@cordee/contracts/products/product-type';
import type { LocalDate } from '@cordee/calendar/local-date';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';

export type Entry = z.output<typeof CatalogueEntry>;

/** The active rights of the type that meet a condition, in their order. */
const rightsWhere = (condition: string): string =>
  `coalesce((
    select json_agg(active.key order by active.position) from product_type_right active
    where active.product_type = type.key and not active.is_retired and ${condition}
  ), '[]')`;

const kindsWhere = (condition: string): string => `coalesce((
  select json_agg(json_build_object(
    'kind', kind.key,
    'rights', ${rightsWhere('active.resource_kind = kind.key')},
    'defaultRights', ${rightsWhere('active.resource_kind = kind.key and active.is_default')}
  ) order by kind.position)
  from resource_kind kind where kind.product_type = type.key and ${condition}
), '[]')`;

/** Catalogue entries in their order, with the prices of a day. `isSold` excludes retired types. */
export async function selectCatalogue(
  em: EntityManager,
  today: LocalDate,
  { key, isSold = false }: { key?: string; isSold?: boolean } = {},
): Promise<Entry[]> {
  const rows = await em.execute<{ body: Entry }[]>(
    `select json_build_object(
       'key', type.key, 'name', type.name, 'vatClass', type.vat_class,
       'isWarrantyAtOrder', type.is_warranty_at_order, 'blockedStatus', type.blocked_status,
       'firstResourceKind', type.first_resource_kind, 'isRetired', type.is_retired, 'version', type.version,
       'productRights', ${rightsWhere('active.resource_kind is null')},
       'rights', coalesce((
         select json_agg(rights.key order by sort_key, rights.key)
         from (
           select key, min((resource_kind is not null)::int * 1000 + position) as sort_key from product_type_right
           where product_type = type.key and not is_retired group by key
         ) as rights
       ), '[]'),
       'resourceKinds', coalesce((
         select json_agg(key order by position) from resource_kind where product_type = type.key and not is_retired
       ), '[]'),
       'resourceRights', ${kindsWhere('not kind.is_retired')},
       'retiredKinds', ${kindsWhere('kind.is_retired')},
       'retiredRights', coalesce((
         select json_agg(
           json_build_object('kind', resource_kind, 'right', key) order by resource_kind nulls first, position, key
         )
         from product_type_right where product_type = type.key and is_retired
       ), '[]'),
       'prices', coalesce((
         select json_agg(
           json_build_object(
             'interval', valid.interval,
             'price', json_build_object('amount', valid.amount, 'currency', valid.currency)
           ) order by valid.currency, valid.interval
         )
         from (
           select distinct on (currency, interval) currency, price.interval, amount from price
           where product_type = type.key and valid_from <= ?::date
           order by currency, price.interval, valid_from desc
         ) as valid
       ), '[]')
     ) as body
     from product_type type
     where (?::text is null or type.key = ?) and not (? and type.is_retired)
     order by type.position`,
    [today, key ?? null, key ?? null, isSold],
  );
  return rows.map(({ body }) => body);
}
