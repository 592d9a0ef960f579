import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

/** Deletes every stream of events with its consumers: for throw-away and fresh installations, whose databases are erased with them. */
export async function eraseStreams(url: string): Promise<void> {
  const { username, password, host } = new URL(url);
  const connection = await connect({ servers: host, name: 'set-up', ...(username ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) } : {}) });
  try {
    const manager = await jetstreamManager(connection);
    const names: string[] = [];
    for await (const name of manager.streams.names()) if (name.startsWith('EVT_')) names.push(name);
    for (const name of names) await manager.streams.delete(name);
  } finally {
    await connection.close();
  }
}
