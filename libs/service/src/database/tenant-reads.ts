import type { PoolConfig } from 'pg';
import type { BoundStatement } from './bind-values.ts';
import { isConnectionLost } from './database-errors.ts';
import { isStatementOutdated } from './prepared-statements.ts';
import { ReadConnection, type ReadSettings } from './read-connection.ts';

/** A statement that runs longer delays later statements of its connection: new statements use other connections. */
const SLOW_MS = 20;
const MAX_ATTEMPTS = 2;

/**
 * Runs read statements on few connections. Each statement takes one round trip, without an explicit transaction: the
 * tenant context, the role and read-only mode are sent before the statement, in the same implicit transaction, and end
 * with the statement. Statements of several callers share a connection, one behind the other.
 */
export class TenantReads {
  private readonly connections: ReadConnection[] = [];

  constructor(
    private readonly options: PoolConfig,
    private readonly maxConnections: number,
  ) {}

  /**
   * Runs a statement and returns its rows. PostgreSQL refuses a statement that writes. A statement whose connection is
   * lost or whose prepared statement is outdated is repeated once.
   */
  async run(settings: ReadSettings, statement: BoundStatement): Promise<unknown[]> {
    for (let attempt = 1; ; attempt += 1) {
      const connection = this.chooseConnection();
      try {
        return await connection.run(settings, statement);
      } catch (error) {
        const isLost = isConnectionLost(error);
        if (isLost) this.remove(connection);
        if (attempt === MAX_ATTEMPTS || !(isLost || isStatementOutdated(error))) throw error;
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.connections.splice(0).map((connection) => connection.close()));
  }

  /** Returns an idle connection, or a new connection, or the connection with the fewest statements. */
  private chooseConnection(): ReadConnection {
    let best: ReadConnection | undefined;
    for (const connection of this.connections)
      if (!best || connection.load(SLOW_MS) < best.load(SLOW_MS)) best = connection;
    if (best && (best.load(SLOW_MS) === 0 || this.connections.length >= this.maxConnections)) return best;
    const opened = new ReadConnection(this.options, () => this.remove(opened));
    this.connections.push(opened);
    return opened;
  }

  private remove(connection: ReadConnection): void {
    const index = this.connections.indexOf(connection);
    if (index >= 0) this.connections.splice(index, 1);
  }
}
