import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, type EntitySchema, type Options } from '@mikro-orm/postgresql';
import type { MigrationClass } from './migration.ts';
import { reclaimConnections } from './reclaim-connections.ts';

export const MIGRATION_TABLE = 'migration';

export interface OrmOptions {
  /** Of the runtime role for work, of the owner role for migrations. */
  url: string;
  entities: readonly EntitySchema[];
  migrations?: readonly MigrationClass[];
  poolSize?: number;
}

/** MikroORM as every service uses it: PostgreSQL, UTC, no schema generator. */
export async function openOrm(parts: OrmOptions): Promise<MikroORM> {
  const options: Options = {
    clientUrl: parts.url,
    entities: [...parts.entities],
    discovery: { warnWhenNoEntities: false },
    pool: { min: 0, max: parts.poolSize ?? 10 },
    driverOptions: { onPoolCreated: reclaimConnections },
    forceUtcTimezone: true,
    // What a migration does is said by whoever runs it.
    logger: () => undefined,
    extensions: [Migrator],
    migrations: { migrationsList: [...(parts.migrations ?? [])], tableName: MIGRATION_TABLE, snapshot: false },
  };
  return MikroORM.init(options);
}
