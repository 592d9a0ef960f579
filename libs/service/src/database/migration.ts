import { platformTables } from '@cordee/outbox/platform-tables';
import { Migration } from '@mikro-orm/migrations';

export type MigrationClass = new (...args: ConstructorParameters<typeof Migration>) => Migration;

/** A migration of plain SQL. The name is its key in the database and never changes; names sort in the order they run. */
export function migration(name: string, sql: string): MigrationClass {
  const Named = class extends Migration {
    override async up(): Promise<void> {
      await this.execute(sql);
    }
  };
  Object.defineProperty(Named, 'name', { value: name });
  return Named;
}

/** The first migration of every service. */
export const platformMigration = (service: string): MigrationClass => migration('0000_platform', platformTables(service));
