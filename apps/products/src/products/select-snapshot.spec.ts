import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { getProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import { newId, toId, toUuid } from '@cordee/contracts/id';
import { TestService } from '@cordee/testing/test-service';
import { productsService } from '../products.service.ts';

const PRODUCTS = 1_500;
const RESOURCES = 1_500;
/** A message of a broker with default settings has at most this number of bytes. */
const MESSAGE_BYTES = 1_048_576;
let test: TestService;

beforeAll(async () => {
  test = await TestService.start(productsService);
});
afterAll(() => test.stop());

/** Creates products and resources. A name is a number, and fills up to 255 times with the character. */
async function insertRows(character: string): Promise<{ organizationId: `org_${string}`; ids: string[] }> {
  const organizationId = newId('org', new Date());
  const rows = await test.rows(
    `with created as (
       insert into product (organization_id, id, order_id, type, name, created_at)
       select $1::uuid, gen_random_uuid(), gen_random_uuid(), 'drive', rpad(n::text, 255, $2), '2026-01-01'
       from generate_series(1, ${PRODUCTS}) n returning id
     ), owned as (
       insert into product_ownership (organization_id, product_id, ownership_number, since)
       select $1::uuid, id, 1, '2026-01-01' from created
     ), resource_row as (
       insert into resource (organization_id, id, product_id, kind, name, created_at)
       select $1::uuid, gen_random_uuid(), (select id from created limit 1), 'folder', rpad(n::text, 255, $2),
              '2026-01-01'
       from generate_series(1, ${RESOURCES}) n returning id
     )
     select id, 'prd' as prefix from created union all select id, 'res' from resource_row`,
    [toUuid(organizationId), character],
  );
  return { organizationId, ids: rows.map(({ id, prefix }) => toId(prefix as 'prd' | 'res', id as string)).sort() };
}

it.each([
  ['short', ''],
  ['long', '"'],
])(
  'the snapshot contains each product and resource once, in pages that fit into a message: %s names',
  async (_, character) => {
    const { organizationId, ids } = await insertRows(character);
    const found: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await test.call(
        getProductSnapshot,
        { organizationId, ...(cursor ? { cursor } : {}) },
        { service: 'teams' },
      );
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(MESSAGE_BYTES);
      found.push(
        ...page.products.map(({ productId }) => productId),
        ...page.resources.map(({ resourceId }) => resourceId),
      );
      cursor = page.nextCursor;
    }
    expect(found.sort()).toEqual(ids);
  },
);
