import type { TestService } from './test-service.ts';

/**
 * Tables that change without a call: leases, deliveries and stored replies, and the simulated payment provider, which
 * sends notifications in the background.
 */
const IGNORED_TABLES = [
  'access_lease',
  'card_simulator',
  'card_simulator_notification',
  'idempotency_key',
  'inbox',
  'migration',
  'outbox',
  'outbox_sequence',
];

/** Returns a digest of the rows of each table, and the number of events. With equal digests, nothing has changed. */
export async function digestOfRows(test: TestService): Promise<Record<string, unknown>> {
  const tables = await test.rows(
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> all ($1) order by 1`,
    [IGNORED_TABLES],
  );
  const digests = tables.map(
    ({ name }) =>
      `(select md5(coalesce(string_agg(row::text, chr(10) order by row::text), '')) from "${String(name)}" row)
       as "${String(name)}"`,
  );
  const [row] = await test.rows(`select (select count(*) from outbox) as events, ${digests.join(', ')}`);
  return row!;
}
