import type { TypeValues } from '@cordee/contracts/products/product-type';
import { sendAhead } from '@cordee/service/database/orm';
import type { EntityManager } from '@mikro-orm/postgresql';

interface RightLists {
  productRights?: TypeValues['productRights'] | undefined;
  resourceRights?: TypeValues['resourceRights'] | undefined;
}

/**
 * Replaces the rights of a type. A right that the list omits is retired and keeps its row, because existing grants stay
 * valid and can be explained (ACC-2). The rights of a retired kind do not change, because existing resources use them.
 */
export function writeRights(em: EntityManager, type: string, { productRights, resourceRights }: RightLists): void {
  if (productRights) writeRightsOfKinds(em, type, [{ kind: null, rights: productRights, defaultRights: [] }]);
  if (!resourceRights) return;
  const kindKeys = JSON.stringify(resourceRights.map(({ kind }) => kind));
  sendAhead(
    em,
    `insert into resource_kind (product_type, key, position)
     select ?, key, position from jsonb_array_elements_text(?::jsonb) with ordinality as listed (key, position)
     on conflict (product_type, key) do update set position = excluded.position, is_retired = false`,
    [type, kindKeys],
  );
  sendAhead(
    em,
    `update resource_kind set is_retired = true
     where product_type = ? and key not in (select jsonb_array_elements_text(?::jsonb))`,
    [type, kindKeys],
  );
  writeRightsOfKinds(em, type, resourceRights);
}

/** Replaces the rights of the product (kind null) or of the listed kinds; other kinds do not change. */
function writeRightsOfKinds(
  em: EntityManager,
  type: string,
  lists: readonly { kind: string | null; rights: readonly string[]; defaultRights: readonly string[] }[],
): void {
  const rows = JSON.stringify(
    lists.flatMap(({ kind, rights, defaultRights }) =>
      rights.map((key, index) => ({ kind, key, position: index + 1, is_default: defaultRights.includes(key) })),
    ),
  );
  sendAhead(
    em,
    `insert into product_type_right (product_type, resource_kind, key, position, is_default)
     select ?, kind, key, position, is_default
     from jsonb_to_recordset(?::jsonb) as listed (kind text, key text, position integer, is_default boolean)
     on conflict (product_type, resource_kind, key)
     do update set position = excluded.position, is_default = excluded.is_default, is_retired = false`,
    [type, rows],
  );
  // `#>> '{}'` converts a JSON string to text, and JSON null to null.
  sendAhead(
    em,
    `update product_type_right existing set is_retired = true, is_default = false
     where product_type = ?
       and exists (
         select from jsonb_array_elements(?::jsonb) as written (kind)
         where (written.kind #>> '{}') is not distinct from existing.resource_kind
       )
       and not exists (
         select from jsonb_to_recordset(?::jsonb) as listed (kind text, key text)
         where listed.key = existing.key and listed.kind is not distinct from existing.resource_kind
       )`,
    [type, JSON.stringify(lists.map(({ kind }) => kind)), rows],
  );
}
