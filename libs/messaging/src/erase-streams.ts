import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { brokerAddress } from '@cordee/consumer/broker-address';
import { isEventStream } from './bus.ts';

/** Deletes every event stream with its consumers, in an installation whose databases are erased as well. */
export async function eraseStreams(url: string): Promise<void> {
  const connection = await connect({ ...brokerAddress(url), name: 'set-up' });
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false });
    const names: string[] = [];
    for await (const name of manager.streams.names()) if (isEventStream(name)) names.push(name);
    for (const name of names) await manager.streams.delete(name);
  } finally {
    await connection.close();
  }
}
