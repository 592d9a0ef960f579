import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, type EntitySchema, type Options } from '@mikro-orm/postgresql';
import type { MigrationClass } from './migration.ts';
import { reclaimConnections } from './reclaim-connections.ts';

export const MIGRATION_TABLE = 'migration';

export interface OrmOptions {
  /** URL of the runtime role, or of the owner role for migrations. */
  url: string;
  entities: readonly EntitySchema[];
  migrations?: readonly MigrationClass[];
  poolSize?: number;
}

/** Opens MikroORM: PostgreSQL, UTC, no schema generator. */
export async function openOrm(parts: OrmOptions): Promise<MikroORM> {
  const options: Options = {
    clientUrl: parts.url,
    entities: [...parts.entities],
    discovery: { warnWhenNoEntities: false },
    pool: { min: 0, max: parts.poolSize ?? 10 },
    driverOptions: { onPoolCreated: reclaimConnections },
    forceUtcTimezone: true,
    // The caller logs the names of migrations.
    logger: () => undefined,
    extensions: [Migrator],
    migrations: { migrationsList: [...(parts.migrations ?? [])], tableName: MIGRATION_TABLE, snapshot: false },
  };
  return MikroORM.init(options);
}
