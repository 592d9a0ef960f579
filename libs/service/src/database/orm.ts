import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, type EntityManager, type EntitySchema, type Options } from '@mikro-orm/postgresql';
import { BoundConnection, BoundDriver } from './bound-connection.ts';
import type { MigrationClass } from './migration.ts';
import type { PipelinedTransaction } from './pipelined-transaction.ts';
import { ReadScope } from './read-scope.ts';

export const MIGRATION_TABLE = 'migration';

export interface OrmOptions {
  /** The database URL of the runtime role, or of the owner role for migrations. */
  url: string;
  entities: readonly EntitySchema[];
  migrations?: readonly MigrationClass[];
  poolSize?: number;
}

/** Opens MikroORM for PostgreSQL, with UTC and without a schema generator. */
export async function openOrm(settings: OrmOptions): Promise<MikroORM> {
  const options: Options = {
    driver: BoundDriver,
    clientUrl: settings.url,
    // MikroORM ignores the parameters of the URL, for example `sslmode`; `pg` reads them.
    driverOptions: { connectionString: settings.url },
    entities: [...settings.entities],
    discovery: { warnWhenNoEntities: false },
    pool: { min: 0, max: settings.poolSize ?? 10 },
    forceUtcTimezone: true,
    // Logs nothing, because the caller logs the names of migrations.
    logger: () => undefined,
    extensions: [Migrator],
    migrations: {
      migrationsList: [...(settings.migrations ?? [])],
      tableName: MIGRATION_TABLE,
      snapshot: false,
      // One transaction per migration: a transaction cannot contain another transaction.
      allOrNothing: false,
    },
  };
  return MikroORM.init(options);
}

/** Returns an EntityManager for a query: the EntityManager only reads, each statement in one round trip. */
export function openReads(em: EntityManager): EntityManager {
  const fork = em.fork();
  fork.setTransactionContext(new ReadScope((em.getConnection() as BoundConnection).reads));
  return fork;
}

/** The number of round trips to PostgreSQL that a transaction or a query has made. */
export const roundTripsOf = (em: EntityManager): number =>
  (em.getTransactionContext() as PipelinedTransaction | ReadScope).roundTrips;

/**
 * Sends a statement of a transaction without waiting for its reply, because nobody needs the result. When the
 * statement fails, the next statement or the commit fails with its error.
 */
export function sendAhead(em: EntityManager, sql: string, parameters: readonly unknown[] = []): void {
  const transaction = em.getTransactionContext();
  if (!transaction) throw new Error('only a transaction reports the error of a statement that was sent ahead');
  (em.getConnection() as BoundConnection).sendAhead(sql, parameters, transaction);
}

/**
 * Executes a statement that has `$1`, `$2` … in its text. Unlike `em.execute`, it passes the values to `pg` unchanged,
 * for example arrays and buffers.
 */
export async function executeBound<Row>(em: EntityManager, text: string, values: readonly unknown[]): Promise<Row[]> {
  try {
    const connection = em.getConnection() as BoundConnection;
    const { rows } = await connection.executeBound({ text, values: [...values] }, em.getTransactionContext());
    return rows as Row[];
  } catch (error) {
    // The request pipeline recognizes a deadlock by the class of the converted exception and retries.
    throw em
      .getPlatform()
      .getExceptionConverter()
      .convertException(error as Error);
  }
}
