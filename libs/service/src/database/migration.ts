import { platformTables } from './platform-tables.ts';
import { Migration } from '@mikro-orm/migrations';

export interface MigrationClass {
  new (...args: ConstructorParameters<typeof Migration>): Migration;
  /** The SQL; tests create a template database per set of migrations. */
  readonly sql: string;
}

/**
 * A migration of plain SQL. The name is its key in the database and never changes; names sort in the order they run.
 */
export function migration(name: string, sql: string): MigrationClass {
  const Named = class extends Migration {
    static readonly sql = sql;

    override async up(): Promise<void> {
      await this.execute(sql);
    }
  };
  Object.defineProperty(Named, 'name', { value: name });
  return Named;
}

/** The first migration of every service: its platform tables. */
export const platformMigration = (service: string): MigrationClass =>
  migration('0000_platform', platformTables(service));
