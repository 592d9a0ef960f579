import type { EntitySchema } from '@mikro-orm/postgresql';
import type { Type } from '@nestjs/common';
import type { MigrationClass } from './database/migration.ts';
import type { ServiceConfig } from './config.ts';

/** What makes a service: the host does the rest, the same for all of them, in one process or in many. */
export interface ServiceDefinition<C extends typeof ServiceConfig = typeof ServiceConfig> {
  /** Name in subjects, queue groups, streams, roles and databases. */
  readonly name: string;
  readonly config: C;
  readonly entities: readonly EntitySchema[];
  readonly migrations: readonly MigrationClass[];
  /** Its doors; gets EntityManager, RpcClient, Clock, AccessCache, Jobs, Work and the configuration injected. */
  readonly module: Type;
}
