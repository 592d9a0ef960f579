import type { EntitySchema } from '@mikro-orm/postgresql';
import type { Type } from '@nestjs/common';
import type { MigrationClass } from './database/migration.ts';
import type { ServiceConfig } from './config.ts';

/** Rows of a table without an organization that are deleted `keptMs` after the time in `column`. */
export interface ExpiringRows {
  readonly table: string;
  readonly column: string;
  readonly keptMs: number;
}

/** The definition of a service. The host runs the service in its own process, or in one process with other services. */
export interface ServiceDefinition<C extends typeof ServiceConfig = typeof ServiceConfig> {
  /** The name in subjects, queue groups, streams, roles and databases. */
  readonly name: string;
  readonly config: C;
  readonly entities: readonly EntitySchema[];
  readonly migrations: readonly MigrationClass[];
  /** Rows that housekeeping deletes when they are old. */
  readonly expiringRows?: readonly ExpiringRows[];
  /**
   * True when several reactions may share a transaction. Then a reaction must lock no row outside of the organization
   * of its event: the transaction keeps the locks until all its reactions have run.
   */
  readonly sharesReactionTransactions?: boolean;
  /**
   * The module with the handlers. The handlers can inject CONFIG, EntityManager, RpcClient, Clock, AccessCache,
   * GrantedLeases, ProcessRegistry, Jobs, BackgroundTransactions, Files.
   */
  readonly module: Type;
}
