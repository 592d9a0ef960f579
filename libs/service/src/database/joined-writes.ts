import type { Connection } from 'pg';

const corked = new WeakSet<Connection>();
let writes = 0;

/**
 * Joins the messages that this turn of the event loop sends on a connection into one write to the socket. Call it
 * before sending.
 */
export function joinWrites(connection: Connection): void {
  if (corked.has(connection)) return;
  corked.add(connection);
  writes += 1;
  connection.stream.cork();
  setImmediate(() => {
    corked.delete(connection);
    connection.stream.uncork();
  });
}

/**
 * The number of writes to connections of PostgreSQL since the start of the process. A caller that waits for the reply
 * of each write makes one round trip per write.
 */
export const roundTrips = (): number => writes;
