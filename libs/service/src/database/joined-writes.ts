import type { Connection } from 'pg';

const corkedConnections = new WeakSet<Connection>();
let writeCount = 0;

/**
 * Joins the messages that this turn of the event loop sends on a connection into one write to the socket. Call it
 * before sending.
 */
export function joinWrites(connection: Connection): void {
  if (corkedConnections.has(connection)) return;
  corkedConnections.add(connection);
  writeCount += 1;
  connection.stream.cork();
  setImmediate(() => {
    corkedConnections.delete(connection);
    connection.stream.uncork();
  });
}

/**
 * The number of writes to connections of PostgreSQL since the start of the process. A caller that waits for the reply
 * of each write makes one round trip per write.
 */
export const roundTrips = (): number => writeCount;
