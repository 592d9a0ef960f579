import { setTimeout as sleep } from 'node:timers/promises';
import { cloudEventType, dataSchemaOf } from '@cordee/contracts/cloud-event';
import { itemChanged, sampleText, SOURCE } from './bench-contracts.mjs';
import { cpuBetween } from './servers.mjs';

const POLL_MS = 25;
const TIMEOUT_MS = 120_000;

/** SQL that writes events of different entities to the outbox, as a service stores them. */
const INSERT_SQL = `
  insert into outbox (event_id, subject, entity_id, sequence, body, created_at)
  select event_id, $1, entity_id, 1, jsonb_build_object(
    'specversion', '1.0', 'id', event_id, 'source', '/${SOURCE}', 'type', $2::text, 'subject', entity_id,
    'time', now(), 'dataschema', $5::text, 'datacontenttype', 'application/json',
    'actorid', 'service:${SOURCE}', 'requestid', 'bench', 'sequence', 1,
    'data', jsonb_build_object('itemId', entity_id, 'text', $3::text)
  ), now()
  from (
    select gen_random_uuid() as event_id, 'res_' || replace(gen_random_uuid()::text, '-', '') as entity_id
    from generate_series(1, $4::int)
  ) event`;

/** Writes a backlog to the outbox. */
export const writeBacklog = (client, count) =>
  client.query(INSERT_SQL, [
    itemChanged.subject,
    cloudEventType(itemChanged),
    sampleText,
    count,
    dataSchemaOf(itemChanged),
  ]);

/**
 * Writes a backlog, waits until the relay of the running service has published it, and returns a sample. The time runs
 * from the first to the last mark of published rows, so the first batch is not counted.
 */
export async function drainBacklog(client, count, cpu) {
  await client.query('truncate outbox');
  const cpuBefore = await cpu();
  await writeBacklog(client, count);
  await waitUntilPublished(client);
  const cpuAfter = await cpu();
  const { rows } = await client.query(
    `select count(*)::int as operations, extract(epoch from max(published_at) - min(published_at)) * 1000 as ms,
            (count(*) filter (where published_at = (select min(published_at) from outbox)))::int as first
     from outbox`,
  );
  const [{ operations, ms, first }] = rows;
  const usedCpu = cpuBetween(cpuBefore, cpuAfter);
  const share = (operations - first) / operations;
  return {
    operations: operations - first,
    ms: Number(ms),
    cpu: Object.fromEntries(Object.entries(usedCpu).map(([name, value]) => [name, value * share])),
  };
}

async function waitUntilPublished(client) {
  const deadline = performance.now() + TIMEOUT_MS;
  for (; performance.now() < deadline; await sleep(POLL_MS)) {
    const { rowCount } = await client.query('select 1 from outbox where published_at is null limit 1');
    if (rowCount === 0) return;
  }
  throw new Error('the relay has not published the backlog in two minutes');
}
