import type { Pool, PoolClient } from 'pg';

/**
 * Releases connections that broke inside a transaction. Commit and roll-back release a connection, and neither succeeds
 * on a dead one: without this, a service would lose its pool when PostgreSQL restarts (F4).
 */
export function reclaimConnections(pool: Pool): void {
  const acquired = new Set<PoolClient>();
  pool.on('acquire', (client) => acquired.add(client));
  pool.on('release', (_error, client) => acquired.delete(client));
  pool.on('connect', (client) => {
    client.once('end', () => {
      // A statement outside of a transaction releases its connection itself when it fails.
      setImmediate(() => acquired.has(client) && client.release(true));
    });
  });
}
