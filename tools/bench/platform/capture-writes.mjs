import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** Tables that background work changes, independent of the calls. */
const BACKGROUND_TABLES = ['access_lease', 'inbox'];
const POLL_MS = 50;
/** Keeps values as PostgreSQL sends them, so that a replay can send the same values. */
const textTypes = { getTypeParser: () => (text) => text };

/**
 * Makes a call and captures all rows that it writes in a database. Returns one change per row: `{ table, columns, row,
 * before }`, where `before` is the former row of an update. The limit replays these changes, so that it writes the same
 * rows as the service, whatever the service writes.
 */
export async function captureWrites(connectionString, call) {
  const [pastClient, client] = [await connect(connectionString), await connect(connectionString)];
  try {
    const tables = await readTables(client);
    await waitUntilPublished(client);
    // The snapshot of this transaction still shows the rows as they were before the call.
    await pastClient.query('begin isolation level repeatable read');
    const { rows } = await pastClient.query('select pg_snapshot_xmax(pg_current_snapshot())::text as start');
    await call();
    await waitUntilPublished(client);
    const changes = [];
    for (const table of tables) changes.push(...(await changesOf(table, { pastClient, client, start: rows[0].start })));
    return changes.sort((one, other) => one.order - other.order);
  } finally {
    await pastClient.end();
    await client.end();
  }
}

/** Waits for the relay, which marks the events of a call after the answer. */
async function waitUntilPublished(client) {
  for (let rowCount; rowCount !== 0; await sleep(POLL_MS))
    ({ rowCount } = await client.query('select from outbox where published_at is null limit 1'));
}

async function connect(connectionString) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}

/** Returns the tables with their columns. A generated column gets its value from PostgreSQL. */
async function readTables(client) {
  const { rows } = await client.query(
    `select c.relname as table,
            array_agg(a.attname::text order by a.attnum) as columns,
            coalesce(array_agg(a.attname::text) filter (where a.attidentity = 'a'), '{}') as "generatedColumns",
            coalesce(array_agg(a.attname::text) filter (where a.atttypid in (20, 21, 23)), '{}') as "numberColumns",
            coalesce(array_agg(a.attname::text) filter (where a.attnum = any (k.conkey)), '{}') as "keyColumns",
            coalesce(array_agg(a.attname::text) filter (where exists (
              select from pg_index i where i.indrelid = c.oid and i.indisunique and a.attnum = any (i.indkey)
            )), '{}') as "uniqueColumns"
     from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> all ($1)
     group by c.relname`,
    [BACKGROUND_TABLES],
  );
  return rows;
}

/**
 * Returns the rows of a table that were written since the transaction `start`. `order` sorts them by the transaction
 * (xmin) and by the statement in it (cmin).
 */
async function changesOf(table, { pastClient, client, start }) {
  const name = pg.escapeIdentifier(table.table);
  const { rows } = await client.query({
    text: `select *, xmin::text || lpad(cmin::text, 6, '0') as "order" from ${name} where xmin::text::bigint >= $1`,
    values: [start],
    types: textTypes,
  });
  const changes = [];
  for (const { order, ...row } of rows) {
    const keyConditions = table.keyColumns.map(
      (column, index) => `${pg.escapeIdentifier(column)}::text = $${index + 1}`,
    );
    const formerRows = await pastClient.query({
      text: `select * from ${name} where ${keyConditions.join(' and ')}`,
      values: table.keyColumns.map((column) => row[column]),
      types: textTypes,
    });
    changes.push({ ...table, row, before: formerRows.rows[0], order: Number(order) });
  }
  return changes;
}
