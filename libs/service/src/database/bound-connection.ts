import { inChildSpan } from '@cordee/messaging/spans';
import {
  PostgreSqlConnection,
  PostgreSqlDriver,
  type AnyEntity,
  type Configuration,
  type Dictionary,
  type EntityData,
  type LoggingOptions,
  type QueryResult,
  type RawQueryFragment,
  type Transaction,
} from '@mikro-orm/postgresql';
import { isRaw, raw } from '@mikro-orm/core';
import type { Pool, PoolClient, PoolConfig, QueryResult as PgResult } from 'pg';
import { bindValues, type BoundStatement } from './bind-values.ts';
import { PipelinedTransaction } from './pipelined-transaction.ts';
import { PreparingClient } from './prepared-statements.ts';
import { ReadScope } from './read-scope.ts';
import { TenantReads } from './tenant-reads.ts';

/** The number of connections for reads. Many statements share one connection, so few connections are enough. */
const READ_CONNECTIONS = 4;

type Method = 'all' | 'get' | 'run';
type Statement = Parameters<PostgreSqlConnection['execute']>[0];

/** A connection whose statements have bound values and are prepared. */
export class BoundConnection extends PostgreSqlConnection {
  private clientConfig: PoolConfig | undefined;
  private pool: Pool | undefined;
  private tenantReads: TenantReads | undefined;
  /** The requests for a connection that the pool has not answered yet. */
  private readonly waitingRequests = new Set<Promise<PoolClient>>();

  get reads(): TenantReads {
    // Creating the pool sets the options of its clients.
    if (!this.clientConfig) this.getClient();
    this.tenantReads ??= new TenantReads(this.clientConfig!, READ_CONNECTIONS);
    return this.tenantReads;
  }

  /** The number of connections by state, and of the requests that wait for a connection. */
  get poolSize(): { used: number; idle: number; waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.pool ?? { totalCount: 0, idleCount: 0, waitingCount: 0 };
    return { used: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }

  override mapOptions(overrides: PoolConfig): PoolConfig {
    this.clientConfig = super.mapOptions(overrides);
    return { ...this.clientConfig, Client: PreparingClient, pipeline: true };
  }

  override createKyselyDialect(overrides: PoolConfig): ReturnType<PostgreSqlConnection['createKyselyDialect']> {
    // The type of MikroORM does not declare `onPoolCreated`.
    const options = { ...overrides, onPoolCreated: (pool: Pool) => (this.pool = pool) };
    return super.createKyselyDialect(options);
  }

  override async execute<
    T extends QueryResult | EntityData<AnyEntity> | EntityData<AnyEntity>[] = EntityData<AnyEntity>[],
  >(
    statement: Statement,
    parameters: readonly unknown[] | Dictionary<unknown> = [],
    method: Method = 'all',
    transaction?: Transaction,
    loggerContext?: LoggingOptions,
  ): Promise<T> {
    return this.transformRawResult<T>(await this.executeBound(this.bind(statement, parameters), transaction), method);
  }

  /** Executes a statement that has `$1`, `$2` … in its text. */
  executeBound(statement: BoundStatement, transaction?: Transaction): Promise<{ rows: unknown[] }> {
    return inSqlSpan(statement.text, () => this.runBound(statement, transaction));
  }

  private async runBound({ text, values }: BoundStatement, transaction?: Transaction): Promise<{ rows: unknown[] }> {
    if (transaction instanceof ReadScope) return { rows: await transaction.run({ text, values }) };
    if (transaction) return toKyselyResult(await pipelinedTransaction(transaction).run({ text, values }));
    const client = await this.acquire();
    try {
      return toKyselyResult(await client.query(text, values));
    } finally {
      // The pool removes a client whose connection is lost.
      client.release();
    }
  }

  /** Sends a statement whose result nobody needs, without waiting for its reply; see `PipelinedTransaction`. */
  sendAhead(sql: string, parameters: readonly unknown[], transaction: Transaction): void {
    pipelinedTransaction(transaction).sendAhead(this.bind(sql, parameters));
  }

  /** Opens a transaction. There are no nested transactions: a failed statement fails the whole transaction. */
  override async begin({
    ctx,
    isolationLevel,
    readOnly = false,
  }: { ctx?: Transaction; isolationLevel?: string; readOnly?: boolean } = {}): Promise<Transaction> {
    if (ctx) throw new Error('a transaction cannot contain another transaction');
    if (isolationLevel || readOnly)
      throw new Error('transactions have the isolation level READ COMMITTED and may write');
    return new PipelinedTransaction(await this.acquire());
  }

  override async commit(transaction: Transaction): Promise<void> {
    try {
      await inSqlSpan('commit', () => pipelinedTransaction(transaction).commit());
    } catch (error) {
      throw this.platform.getExceptionConverter().convertException(error as Error);
    }
  }

  override async rollback(transaction: Transaction): Promise<void> {
    await pipelinedTransaction(transaction).rollback();
  }

  override async close(force?: boolean): Promise<void> {
    // A pool that ends never answers the requests that still wait.
    while (this.waitingRequests.size > 0) await Promise.allSettled(this.waitingRequests);
    await this.tenantReads?.close();
    this.tenantReads = undefined;
    await super.close(force);
    // Kysely ends only a pool that it has used.
    if (this.pool && !this.pool.ending) await this.pool.end();
    this.pool = undefined;
  }

  private async acquire(): Promise<PoolClient> {
    const pool = await this.getNativeClient();
    const connecting = pool.connect();
    this.waitingRequests.add(connecting);
    try {
      return await connecting;
    } finally {
      this.waitingRequests.delete(connecting);
    }
  }

  private bind(statement: Statement, parameters: readonly unknown[] | Dictionary<unknown>): BoundStatement {
    const { sql, params } = toFragment(statement, parameters);
    return bindValues(sql, params, (identifier) => this.platform.quoteIdentifier(identifier));
  }
}

/** Narrows the type of a transaction, which MikroORM leaves open. `begin` opens every transaction. */
const pipelinedTransaction = (transaction: Transaction): PipelinedTransaction => transaction;

const writeCommands = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/** The result in the format of Kysely. Only a write has a number of affected rows. */
const toKyselyResult = ({ command, rowCount, rows }: PgResult): { rows: unknown[]; numAffectedRows?: bigint } =>
  writeCommands.has(command) ? { rows, numAffectedRows: BigInt(rowCount ?? 0) } : { rows };

/** Statements of the query builder and named parameters (`:name`) become a fragment with `?` placeholders. */
function toFragment(
  statement: Statement,
  parameters: readonly unknown[] | Dictionary<unknown>,
): Pick<RawQueryFragment, 'sql' | 'params'> {
  if (typeof statement === 'string')
    return Array.isArray(parameters)
      ? { sql: statement, params: parameters }
      : raw(statement, parameters as Dictionary);
  return isRaw(statement) ? statement : statement.toRaw();
}

/** The driver of PostgreSQL with `BoundConnection`. */
export class BoundDriver extends PostgreSqlDriver {
  protected override readonly connection: BoundConnection;

  constructor(config: Configuration) {
    super(config);
    this.connection = new BoundConnection(config);
  }
}

/**
 * Runs a statement in a span. The span has the text of the statement, which contains no values. A statement outside of
 * calls, reactions and jobs has no span: an idle service polls its tables several times per second.
 */
const inSqlSpan = <T>(text: string, run: () => Promise<T>): Promise<T> =>
  inChildSpan(
    () => ({
      name: /\w+/.exec(text)?.[0].toLowerCase() ?? 'sql',
      kind: 'CLIENT',
      attributes: { 'db.system.name': 'postgresql', 'db.query.text': text },
    }),
    run,
  );
