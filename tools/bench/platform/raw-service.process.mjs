// The limit of CPU time: the same reads over NATS, and a relay, with the plain clients of NATS and PostgreSQL.
import { toUuid } from '@cordee/contracts/id';
import pg from 'pg';
import { handleRequests } from '../harness/handle-requests.mjs';
import { hasAtomicBatches } from '@cordee/messaging/atomic-batches';
import { publishRawBatch } from '../harness/raw-batches.mjs';
import { connectRaw, rawJetStream } from '../harness/raw-nats.mjs';
import { rawReads } from './raw-statements.mjs';

const CONNECTIONS = 4;
const BATCH = 500;
const pools = new Map();
let connection;
let relayClient;
handleRequests({ start, drain, stop });

/** Serves each read at the subject `bench.raw.<name>`. */
async function start({ databaseUrls, outboxUrl }) {
  connection = await connectRaw();
  for (const [database, connectionString] of Object.entries(databaseUrls))
    pools.set(database, new pg.Pool({ connectionString, max: CONNECTIONS }));
  for (const [name, read] of Object.entries(rawReads))
    connection.subscribe(`bench.raw.${name}`, { callback: (_error, message) => void answer(read, name, message) });
  relayClient = new pg.Client({ connectionString: outboxUrl });
  await relayClient.connect();
  await connection.flush();
}

async function answer({ database, text, values, view }, name, message) {
  const { organizationId, documentId } = message.json();
  const ids = { organization: organizationId && toUuid(organizationId), id: documentId && toUuid(documentId) };
  const { rows } = await pools.get(database).query({ name, text, values: values(ids) });
  message.respond(JSON.stringify({ output: view(rows) }));
}

/** Publishes all events of an outbox in batches and marks them, as the relay does. */
async function drain() {
  const client = rawJetStream(connection);
  for (let count = BATCH; count === BATCH;) {
    await relayClient.query('begin');
    const { rows } = await relayClient.query({
      name: 'outbox',
      text: `select id, event_id, subject, body::text from outbox
             where published_at is null order by id limit ${BATCH}`,
    });
    const events = rows.map(({ subject, event_id: id, body }) => ({ subject, id, data: body }));
    if (hasAtomicBatches(connection) && events.length > 0) await publishRawBatch(client, events);
    else await Promise.all(events.map(({ subject, id, data }) => client.publish(subject, data, { msgID: id })));
    await relayClient.query({
      name: 'mark',
      text: 'update outbox set published_at = now() where id = any ($1::bigint[])',
      values: [rows.map(({ id }) => id)],
    });
    await relayClient.query('commit');
    count = rows.length;
  }
}

async function stop() {
  await Promise.all([...pools.values()].map((pool) => pool.end()));
  await relayClient?.end();
  await connection?.drain();
}
