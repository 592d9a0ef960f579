import pg, { type Connection, type PoolConfig, type QueryConfig } from 'pg';
import type { BoundStatement } from './bind-values.ts';
import { joinWrites } from './joined-writes.ts';
import { PreparedStatements } from './prepared-statements.ts';

/** The settings of one read statement. The settings end with the statement. */
export interface ReadSettings {
  /** `none` is the role of the login. */
  role: string;
  /** The organization and the account that row-level security allows, as UUIDs; '' allows none. */
  organizationId: string;
  accountId: string;
  /** PostgreSQL cancels a statement that takes longer. */
  timeoutMs: number;
}

const SETTINGS_STATEMENT = 'read_settings';
const SETTINGS_SQL = `select set_config('role', $1, true), set_config('cordee.organization_id', $2, true),
  set_config('cordee.account_id', $3, true), set_config('statement_timeout', $4, true),
  set_config('transaction_read_only', 'on', true)`;

type Callback = (error: Error | null, result: { rows: unknown[] }) => void;

/** The methods of `pg.Query`, which its types do not declare. */
interface QueryMethods {
  submit(connection: Connection): Error | null;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Connection): void;
}
const Query = pg.Query as unknown as new (config: QueryConfig, callback: Callback) => QueryMethods;

/**
 * A statement with its settings in front of it, in one implicit transaction: PostgreSQL starts the transaction at the
 * first message and ends it at the Sync message. When the settings fail, PostgreSQL skips the statement.
 */
class ReadQuery extends Query {
  /** True when the next messages belong to the statement and no more to the settings. */
  private hasSettings = false;

  constructor(
    config: QueryConfig,
    private readonly settings: ReadSettings,
    callback: Callback,
  ) {
    super(config, callback);
  }

  override submit(connection: Connection): Error | null {
    const { role, organizationId, accountId, timeoutMs } = this.settings;
    connection.bind(
      { statement: SETTINGS_STATEMENT, values: [role, organizationId, accountId, String(timeoutMs)] },
      true,
    );
    connection.execute({ portal: '' }, true);
    return super.submit(connection);
  }

  override handleDataRow(message: unknown): void {
    if (this.hasSettings) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: Connection): void {
    if (this.hasSettings) super.handleCommandComplete(message, connection);
    this.hasSettings = true;
  }
}

/** A connection on which statements of several callers wait one behind the other. */
export class ReadConnection {
  private readonly client: pg.Client;
  private readonly connection: Connection;
  private readonly statements: PreparedStatements;
  private readonly opening: Promise<unknown>;
  private runningCount = 0;
  /** When the oldest running statement was sent or became the oldest. */
  private busySince = 0;

  constructor(options: PoolConfig, onEnd: () => void) {
    this.client = new pg.Client({ ...options, password: options.password, pipeline: true });
    this.connection = (this.client as unknown as { connection: Connection }).connection;
    this.statements = new PreparedStatements(this.connection);
    // The loss of the connection rejects the running statements.
    this.client.on('error', () => undefined);
    this.client.once('end', onEnd);
    this.opening = this.client
      .connect()
      .then(() => this.client.query({ name: SETTINGS_STATEMENT, text: SETTINGS_SQL, values: ['none', '', '', '0'] }));
    this.opening.catch(onEnd);
  }

  /** The number of running statements, plus 1,000 when the oldest statement has run longer than `slowMs`. */
  load(slowMs: number): number {
    return this.runningCount > 0 && performance.now() - this.busySince > slowMs
      ? this.runningCount + 1_000
      : this.runningCount;
  }

  async run(settings: ReadSettings, { text, values }: BoundStatement): Promise<unknown[]> {
    if (this.runningCount === 0) this.busySince = performance.now();
    this.runningCount += 1;
    try {
      await this.opening;
      return await this.send(settings, text, values);
    } finally {
      this.runningCount -= 1;
      this.busySince = performance.now();
    }
  }

  async close(): Promise<void> {
    await this.opening.catch(() => undefined);
    await this.client.end().catch(() => undefined);
  }

  private send(settings: ReadSettings, text: string, values: unknown[]): Promise<unknown[]> {
    joinWrites(this.connection);
    const name = this.statements.nameOf(text);
    return new Promise((resolve, reject) => {
      this.client.query(
        new ReadQuery({ name, text, values }, settings, (error, result) => {
          if (!error) return resolve(result.rows);
          this.statements.forgetAfter(error, text, name);
          reject(error);
        }),
      );
    });
  }
}
