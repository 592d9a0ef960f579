import { platformTables } from './platform-tables.ts';
import { Migration } from '@mikro-orm/migrations';

export interface MigrationClass {
  new (...args: ConstructorParameters<typeof Migration>): Migration;
  /** The SQL of the migration. Tests create one template database per set of migrations. */
  readonly sql: string;
}

/**
 * A statement that waits for a table makes all later statements on this table wait too. It gives up after this time,
 * and `migrate` repeats it.
 */
const LIMITED_WAIT = `set local lock_timeout = '500ms';`;

/**
 * Creates a migration from plain SQL, which runs in one transaction. The name identifies the migration in the database
 * and never changes. Migrations run in the order of their names.
 */
export function migration(name: string, sql: string): MigrationClass {
  return named(
    name,
    class extends Migration {
      static readonly sql = sql;

      override async up(): Promise<void> {
        await this.execute(LIMITED_WAIT);
        await this.execute(sql);
      }
    },
  );
}

/** A step that creates an index, if no earlier run has created it. */
interface IndexStep {
  readonly index: string;
  /** The first statement drops an index that an interrupted run has left not valid. */
  readonly statements: readonly string[];
}

/**
 * Creates a migration whose statements run one by one, each in a transaction of its own: `create index concurrently`
 * runs in no other transaction. A migration that was interrupted runs again from its first step, so each statement must
 * be safe to repeat.
 */
export function migrationInSteps(name: string, steps: readonly (string | IndexStep)[]): MigrationClass {
  const statementsOf = (step: string | IndexStep): readonly string[] =>
    typeof step === 'string' ? [step] : step.statements;
  return named(
    name,
    class extends Migration {
      static readonly sql = steps.flatMap(statementsOf).join(';\n');

      override isTransactional(): boolean {
        return false;
      }

      override async up(): Promise<void> {
        for (const step of steps) {
          if (typeof step !== 'string' && (await this.isValid(step.index))) continue;
          for (const statement of statementsOf(step))
            // A concurrent statement waits without a lock that others wait for.
            await this.execute(statement.includes(' concurrently ') ? statement : `${LIMITED_WAIT}\n${statement}`);
        }
      }

      /** True for an index that is complete: requests may already need it, so it is not created again. */
      private async isValid(index: string): Promise<boolean> {
        const rows = await this.execute(
          `select from pg_index where indexrelid = to_regclass('${index}') and indisvalid`,
        );
        return rows.length > 0;
      }
    },
  );
}

/** Returns the step that creates an index while the table is read and written. */
export const createIndexConcurrently = (name: string, definition: string, { isUnique = false } = {}): IndexStep[] => [
  {
    index: name,
    statements: [
      `drop index concurrently if exists ${name}`,
      `create ${isUnique ? 'unique ' : ''}index concurrently ${name} on ${definition}`,
    ],
  },
];

/**
 * Returns the steps that change rows of tables with row-level security, which also hides the rows from the owner of the
 * tables. Other roles see the same rows as before during the steps.
 */
export const changeHiddenRows = (tables: readonly string[], statement: string): string[] => [
  ...tables.map((table) => `alter table ${table} no force row level security`),
  statement,
  ...tables.map((table) => `alter table ${table} force row level security`),
];

function named(name: string, migrationClass: MigrationClass): MigrationClass {
  Object.defineProperty(migrationClass, 'name', { value: name });
  return migrationClass;
}

/** The first migration of every service: its platform tables. */
export const platformMigration = (service: string): MigrationClass =>
  migration('0000_platform', platformTables(service));
