import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, type EntitySchema, type Options } from '@mikro-orm/postgresql';
import type { MigrationClass } from './migration.ts';
import { reclaimConnections } from './reclaim-connections.ts';

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
    clientUrl: settings.url,
    entities: [...settings.entities],
    discovery: { warnWhenNoEntities: false },
    pool: { min: 0, max: settings.poolSize ?? 10 },
    driverOptions: { onPoolCreated: reclaimConnections },
    forceUtcTimezone: true,
    // Logs nothing, because the caller logs the names of migrations.
    logger: () => undefined,
    extensions: [Migrator],
    migrations: { migrationsList: [...(settings.migrations ?? [])], tableName: MIGRATION_TABLE, snapshot: false },
  };
  return MikroORM.init(options);
}
