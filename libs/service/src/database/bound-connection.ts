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
import type { PoolConfig } from 'pg';
import { bindValues, type BoundStatement } from './bind-values.ts';
import { PreparingClient } from './prepared-statements.ts';
import { ReadScope } from './read-scope.ts';
import { TenantReads } from './tenant-reads.ts';

/** The number of connections for reads. Many statements share one of them, so few are enough. */
const READ_CONNECTIONS = 4;

type Method = 'all' | 'get' | 'run';
type Statement = Parameters<PostgreSqlConnection['execute']>[0];

/** A connection whose statements have bound values and are prepared. */
export class BoundConnection extends PostgreSqlConnection {
  private clientConfig: PoolConfig | undefined;
  private tenantReads: TenantReads | undefined;

  get reads(): TenantReads {
    // Creating the pool sets the options of its clients.
    if (!this.clientConfig) this.getClient();
    this.tenantReads ??= new TenantReads(this.clientConfig!, READ_CONNECTIONS);
    return this.tenantReads;
  }

  override mapOptions(overrides: PoolConfig): PoolConfig {
    this.clientConfig = super.mapOptions(overrides);
    return { ...this.clientConfig, Client: PreparingClient };
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
  async executeBound({ text, values }: BoundStatement, transaction?: Transaction): Promise<{ rows: unknown[] }> {
    if (transaction instanceof ReadScope) return { rows: await transaction.run({ text, values }) };
    await this.ensureConnection();
    const executor = (transaction ?? this.getClient()) as ReturnType<typeof this.getClient>;
    return executor.executeQuery(toCompiledQuery({ text, values }));
  }

  override async close(force?: boolean): Promise<void> {
    await this.tenantReads?.close();
    this.tenantReads = undefined;
    await super.close(force);
  }

  private bind(statement: Statement, parameters: readonly unknown[] | Dictionary<unknown>): BoundStatement {
    const { sql, params } = toFragment(statement, parameters);
    return bindValues(sql, params, (identifier) => this.platform.quoteIdentifier(identifier));
  }
}

/** The statement in the format of Kysely, which executes it unchanged. */
const toCompiledQuery = ({ text, values }: BoundStatement) => ({
  query: { kind: 'RawNode' as const, sqlFragments: [text], parameters: [] },
  queryId: { queryId: '' },
  sql: text,
  parameters: values,
});

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
