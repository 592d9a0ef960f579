import type { CatalogueEntry } from '@cordee/contracts/products/product-type';
import type { LocalDate } from '@cordee/calendar/local-date';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';

export type CatalogueEntryView = z.output<typeof CatalogueEntry>;

interface CatalogueSelection {
  readonly key?: string;
  readonly isSold?: boolean;
  readonly after?: string | undefined;
  readonly limit?: number;
}

/** SQL expression: the active rights of the type that meet a condition, by position. */
const rightsSql = (condition: string): string =>
  `coalesce((
    select json_agg(active_right.key order by active_right.position) from product_type_right active_right
    where active_right.product_type = type.key and not active_right.is_retired and ${condition}
  ), '[]')`;

/** SQL expression: the resource kinds of the type that meet a condition, with their active rights. */
const kindsSql = (condition: string): string => `coalesce((
  select json_agg(json_build_object(
    'kind', kind.key,
    'rights', ${rightsSql('active_right.resource_kind = kind.key')},
    'defaultRights', ${rightsSql('active_right.resource_kind = kind.key and active_right.is_default')}
  ) order by kind.position)
  from resource_kind kind where kind.product_type = type.key and ${condition}
), '[]')`;

/**
 * Selects catalogue entries by position, with the prices that are valid today. `isSold` excludes retired types. `after`
 * is the key of the last type of the previous page. In the list `rights`, the rights of the product come first: the
 * sort key adds 1000 to the position of a right of a resource.
 */
export async function selectCatalogue(
  em: EntityManager,
  today: LocalDate,
  { key, isSold = false, after, limit }: CatalogueSelection = {},
): Promise<CatalogueEntryView[]> {
  const rows = await em.execute<{ entry: CatalogueEntryView }[]>(
    `select json_build_object(
       'key', type.key, 'name', type.name, 'translatedNames', type.translated_names, 'vatClass', type.vat_class,
       'canOrderWarranty', type.is_warranty_at_order, 'blockedStatus', type.blocked_status,
       'firstResourceKind', type.first_resource_kind, 'isRetired', type.is_retired, 'version', type.version,
       'productRights', ${rightsSql('active_right.resource_kind is null')},
       'rights', coalesce((
         select json_agg(sorted_right.key order by sort_key, sorted_right.key)
         from (
           select key, min((resource_kind is not null)::int * 1000 + position) as sort_key from product_type_right
           where product_type = type.key and not is_retired group by key
         ) as sorted_right
       ), '[]'),
       'resourceKinds', coalesce((
         select json_agg(key order by position) from resource_kind where product_type = type.key and not is_retired
       ), '[]'),
       'resourceRights', ${kindsSql('not kind.is_retired')},
       'retiredKinds', ${kindsSql('kind.is_retired')},
       'retiredRights', coalesce((
         select json_agg(
           json_build_object('kind', resource_kind, 'right', key) order by resource_kind nulls first, position, key
         )
         from product_type_right where product_type = type.key and is_retired
       ), '[]'),
       'prices', coalesce((
         select json_agg(
           json_build_object(
             'interval', current_price.interval,
             'price', json_build_object('amount', current_price.amount, 'currency', current_price.currency)
           ) order by current_price.currency, current_price.interval
         )
         from (
           select distinct on (currency, interval) currency, price.interval, amount from price
           where product_type = type.key and valid_from <= ?::date
           order by currency, price.interval, valid_from desc
         ) as current_price
       ), '[]')
     ) as entry
     from product_type type
     where (?::text is null or type.key = ?) and not (? and type.is_retired)
       and (?::text is null or type.position > (select position from product_type where product_type.key = ?))
     order by type.position limit ?`,
    [today, key ?? null, key ?? null, isSold, after ?? null, after ?? null, limit ?? null],
  );
  return rows.map(({ entry }) => entry);
}
