import { startChild } from '../bench/harness/child.mjs';

/** The billing service in a process that is killed and started again. */
export class FaultyService {
  processKills = 0;
  connectionKills = 0;

  constructor(start, database, child) {
    this.start = start;
    this.database = database;
    this.child = child;
  }

  static async start({ database, keys, options }) {
    const start = () =>
      startChild(
        new URL('../bench/billing/billing.process.mjs', import.meta.url),
        { databaseUrl: database.runtimeUrl, keys },
        options,
      );
    return new FaultyService(start, database, await start());
  }

  /** Ends the process without any warning, and starts it again. */
  async killProcess() {
    await this.child.kill();
    this.processKills += 1;
    this.child = await this.start();
  }

  /** Ends every connection of the service to PostgreSQL, in the middle of its transactions. */
  async killConnections() {
    await this.database.client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
    );
    this.connectionKills += 1;
  }
}
