import { platformTables } from './platform-tables.ts';
import { Migration } from '@mikro-orm/migrations';

export interface MigrationClass {
  new (...args: ConstructorParameters<typeof Migration>): Migration;
  /** The SQL of the migration. Tests create one template database per set of migrations. */
  readonly sql: string;
}

/**
 * Creates a migration from plain SQL. The name identifies the migration in the database and never changes. Migrations
 * run in the order of their names.
 */
export function migration(name: string, sql: string): MigrationClass {
  const NamedMigration = class extends Migration {
    static readonly sql = sql;

    override async up(): Promise<void> {
      await this.execute(sql);
    }
  };
  Object.defineProperty(NamedMigration, 'name', { value: name });
  return NamedMigration;
}

/** The first migration of every service: its platform tables. */
export const platformMigration = (service: string): MigrationClass =>
  migration('0000_platform', platformTables(service));
