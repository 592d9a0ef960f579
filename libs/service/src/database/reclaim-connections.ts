import type { Pool, PoolClient } from 'pg';

/**
 * Releases connections that break inside a transaction. Normally, commit and roll-back release a connection, but both
 * fail on a broken connection. Without this function, a service would lose its pool when PostgreSQL restarts.
 */
export function reclaimConnections(pool: Pool): void {
  const acquired = new Set<PoolClient>();
  pool.on('acquire', (client) => acquired.add(client));
  pool.on('release', (_error, client) => acquired.delete(client));
  pool.on('connect', (client) => {
    client.once('end', () => {
      // Waits for one step of the event loop: a failed statement outside of a transaction releases its connection
      // itself. `true` removes the connection from the pool.
      setImmediate(() => acquired.has(client) && client.release(true));
    });
  });
}
