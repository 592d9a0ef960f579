import { newId, toUuid } from '@cordee/contracts/id';
import { databaseRoles } from '@cordee/service/database/platform-tables';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { BillingFixture } from '../../test/billing.fixture.ts';

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

interface PlanNode {
  'Node Type': string;
  'Index Name'?: string;
  Plans?: PlanNode[];
}
const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** Inserts paid invoices of an organization, without entities: the plan of a query depends on their number. */
const insertInvoices = (organizationId: `org_${string}`, count: number): Promise<unknown> =>
  billing.test.rows(
    `insert into invoice (
       organization_id, id, number, status, issued_on, currency, net, vat, total, reference, language,
       is_reverse_charge, seller, buyer, created_at, due_on, paid_amount, paid_on
     )
     select $1, gen_random_uuid(), 'INV-1999-' || n, 'paid', date '2020-01-01' + n, 'CHF', 100, 8, 108,
            'RF00' || n, 'fr', false, '{}', '{}', '2020-01-01', date '2020-01-31' + n, 108, date '2020-01-10' + n
     from generate_series(1, $2::integer) as n`,
    [toUuid(organizationId), count],
  );

it('a page of documents is read from the indexes, without reading and sorting all documents', async () => {
  const organizationId = newId('org', new Date());
  await insertInvoices(organizationId, 3_000);
  for (const table of ['pro_forma', 'invoice', 'credit_note']) await billing.test.rows(`analyze ${table}`);
  const { database } = billing.test;
  await database.query('begin');
  await database.query(`set local role ${databaseRoles('billing').runtime}`);
  await database.query(`select set_config('cordee.organization_id', $1, true)`, [toUuid(organizationId)]);
  const { rows } = await database.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
    `explain (format json) select * from document
     where organization_id = '${toUuid(organizationId)}'
       and (issued_on, id) < ('2025-01-01', '${toUuid(organizationId)}')
     order by issued_on desc, id desc limit 50`,
  );
  await database.query('rollback');
  const nodes = nodesOf(rows[0]!['QUERY PLAN'][0]!.Plan);
  expect(nodes.map((node) => node['Index Name'])).toContain('invoice_newest');
  expect(nodes.map((node) => node['Node Type'])).toContain('Merge Append');
});
