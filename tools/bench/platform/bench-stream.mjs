import { eventSubjectsOf, streamOf } from '@cordee/messaging/bus';
import { hasAtomicBatches } from '@cordee/messaging/atomic-batches';
import { connectRaw, rawJetStreamManager } from '../harness/raw-nats.mjs';
import { SINK, SOURCE } from './bench-contracts.mjs';

/**
 * Creates the stream and the consumer of the services of the benchmarks. Identity creates the streams and consumers of
 * the other services.
 */
export async function createBenchStream() {
  const connection = await connectRaw();
  const manager = await rawJetStreamManager(connection);
  await manager.streams.add({
    name: streamOf(SOURCE),
    subjects: [eventSubjectsOf(SOURCE)],
    ...(hasAtomicBatches(connection) ? { allow_atomic: true } : {}),
  });
  await manager.consumers.add(streamOf(SOURCE), {
    durable_name: `${SINK}__${SOURCE}`,
    ack_policy: 'explicit',
    filter_subject: eventSubjectsOf(SOURCE),
  });
  await connection.close();
}
