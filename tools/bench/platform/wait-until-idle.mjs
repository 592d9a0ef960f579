import { streamOf } from '@cordee/messaging/bus';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { progress } from '../harness/progress.mjs';
import { connectRaw, rawJetStreamManager } from '../harness/raw-nats.mjs';
import { databaseUrl } from './servers.mjs';

const SERVICES = ['identity', 'teams', 'products', 'billing', 'renewals', 'reminders', 'search'];
const REMINDERS = SERVICES.indexOf('reminders');
const TIMEOUT_MS = 120_000;
const POLL_MS = 500;

/**
 * Waits until all events are published and every consumer has handled its events. Discards the mails that the calls of
 * the benchmark have caused, because sending them would take minutes and would disturb the next run.
 */
export async function waitUntilIdle() {
  const connection = await connectRaw();
  const manager = await rawJetStreamManager(connection, { checkAPI: false });
  const clients = await Promise.all(
    SERVICES.map(async (service) => {
      const client = new pg.Client({ connectionString: databaseUrl(service) });
      await client.connect();
      return client;
    }),
  );
  try {
    const start = performance.now();
    for (let remaining; ; await sleep(POLL_MS)) {
      remaining =
        (await countUnpublishedEvents(clients)) +
        (await countUnhandledEvents(manager)) +
        (await discardMails(clients[REMINDERS]));
      if (remaining === 0) return;
      if (performance.now() - start > TIMEOUT_MS)
        throw new Error(`${remaining} events and mails are still not handled`);
      if (performance.now() - start > 5_000) progress(`waiting for ${remaining} events and mails`);
    }
  } finally {
    await Promise.all(clients.map((client) => client.end()));
    await connection.close();
  }
}

async function countUnpublishedEvents(clients) {
  const text = 'select count(*)::int as count from outbox where published_at is null';
  const answers = await Promise.all(clients.map((client) => client.query(text)));
  return answers.reduce((sum, { rows }) => sum + rows[0].count, 0);
}

/**
 * Drops reminders that are due within an hour, and queued mails. Returns the number of the dropped reminders plus the
 * number of mails that are being sent.
 */
async function discardMails(client) {
  const { rowCount } = await client.query(
    `update reminder set status = 'dropped' where status = 'planned' and next_try_at <= now() + interval '1 hour'`,
  );
  await client.query(`update message set status = 'dropped' where status = 'queued'`);
  const { rows } = await client.query(`select count(*)::int as count from message where status = 'sending'`);
  return rows[0].count + rowCount;
}

async function countUnhandledEvents(manager) {
  let count = 0;
  for (const service of SERVICES)
    for await (const consumer of manager.consumers.list(streamOf(service)))
      count += consumer.num_pending + consumer.num_ack_pending;
  return count;
}
