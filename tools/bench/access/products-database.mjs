import { toUuid } from '@cordee/contracts/id';
import { uuidOrNull } from '@cordee/service/database/sql-values';
import { productsService } from '@cordee/products/products.service';
import { copyRows } from '../harness/copy-rows.mjs';
import { typeRights } from './product-types.mjs';
import { createServiceDatabase, CREATED_AT } from './service-database.mjs';

/** The first position of a right that the shipped catalogue does not have. */
const FIRST_POSITION = 100;

/**
 * Creates a database of products with the products and resources of these organizations. Returns the URLs of the admin
 * and runtime role.
 */
export const createProductsDatabase = (name, organizations) =>
  createServiceDatabase(productsService, name, async (client) => {
    for (const { type, rights } of typeRights)
      await client.query(
        `insert into product_type_right (product_type, key, position)
         select $1, key, $3 + ordinality from unnest($2::text[]) with ordinality as listed (key, ordinality)
         on conflict do nothing`,
        [type, rights, FIRST_POSITION],
      );
    for (const organization of organizations) await insertOrganization(client, organization);
  });

async function insertOrganization(client, { organizationId, rows: { products: rows } }) {
  const organizationUuid = toUuid(organizationId);
  const insert = (table, columns, tableRows) =>
    copyRows(
      client,
      table,
      ['organization_id', ...columns],
      tableRows.map((row) => [organizationUuid, ...row]),
    );
  await insert(
    'product',
    ['id', 'order_id', 'type', 'name', 'created_at'],
    rows.products.map(({ productId, type, name }) => [toUuid(productId), toUuid(productId), type, name, CREATED_AT]),
  );
  await insert(
    'product_ownership',
    ['product_id', 'ownership_number', 'since'],
    rows.products.map(({ productId, ownershipNumber }) => [toUuid(productId), ownershipNumber, CREATED_AT]),
  );
  await insert(
    'product_block',
    ['product_id', 'origin', 'reason', 'set_by', 'set_at'],
    rows.products
      .filter(({ isBlocked }) => isBlocked)
      .map(({ productId }) => [toUuid(productId), 'organization', 'other', 'bench', CREATED_AT]),
  );
  await insert(
    'resource',
    ['id', 'product_id', 'kind', 'name', 'parent_id', 'owner_account_id', 'owner_member_id', 'created_at'],
    rows.resources.map(({ resourceId, productId, kind, name, parentId, ownerAccountId, ownerMemberId }) => [
      toUuid(resourceId),
      toUuid(productId),
      kind,
      name,
      uuidOrNull(parentId),
      uuidOrNull(ownerAccountId),
      uuidOrNull(ownerMemberId),
      CREATED_AT,
    ]),
  );
  await insert(
    'resource_ownership',
    ['resource_id', 'account_id', 'member_id', 'since'],
    rows.resources
      .filter(({ ownerMemberId }) => ownerMemberId)
      .map(({ resourceId, ownerAccountId, ownerMemberId }) => [
        toUuid(resourceId),
        toUuid(ownerAccountId),
        toUuid(ownerMemberId),
        CREATED_AT,
      ]),
  );
  await client.query('insert into access_revision (organization_id, revision) values ($1, 1)', [organizationUuid]);
}
