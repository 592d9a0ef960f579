import type { Pool, PoolClient } from 'pg';

/**
 * Gives the place of a connection that broke inside a transaction back to the pool. A transaction is released by its commit or roll-back,
 * and neither succeeds on a dead connection: without this, a service whose PostgreSQL restarts loses its pool for good (F4).
 */
export function reclaimConnections(pool: Pool): void {
  const lent = new Set<PoolClient>();
  pool.on('acquire', (client) => lent.add(client));
  pool.on('release', (_error, client) => lent.delete(client));
  pool.on('connect', (client) => {
    client.once('end', () => {
      // A statement of its own gives its connection back itself, as soon as it has failed.
      setImmediate(() => lent.has(client) && client.release(true));
    });
  });
}
