import { platformMigration } from '@cordee/service/database/migration';
import { describe, expect, it } from '@jest/globals';
import { statementsOf } from '../test/statements-of.ts';
import { services } from './services.ts';

const CHANGES_ROWS = /^(with .*)?\b(update \w+ |delete from |insert into \w+ .*\bselect )/;

/**
 * Returns the statements that change or read rows which row-level security hides from the owner of the tables: they
 * would silently change nothing.
 */
function hiddenRowsOf(migrations: readonly string[]): string[] {
  const hiding = new Set<string>();
  return migrations.flatMap(statementsOf).filter((statement) => {
    const [, table, no] = /^alter table ("?\w+"?) (no )?force row level security$/.exec(statement) ?? [];
    if (table && no) hiding.delete(table);
    else if (table) hiding.add(table);
    return CHANGES_ROWS.test(statement) && statement.split(/[^\w"]+/).some((word) => hiding.has(word));
  });
}

describe('migrations', () => {
  it.each(services.map(({ name, migrations }) => [name, migrations] as const))(
    'of %s change no rows that they do not see',
    (service, migrations) => {
      expect(hiddenRowsOf([platformMigration(service), ...migrations].map(({ sql }) => sql))).toEqual([]);
    },
  );

  it.each([
    'update thing set a = 1',
    'delete from thing using other where thing.id = other.id',
    'delete from other using thing where thing.id = other.id',
    'insert into other (id) select id from thing',
    'with a as (select 1) update thing set a = 1 from a',
  ])('with the statement "%s" would', (statement) => {
    const force = 'alter table thing force row level security';
    expect(hiddenRowsOf([force, statement])).toEqual([statement]);
    expect(hiddenRowsOf([force, `alter table thing no force row level security; ${statement}; ${force}`])).toEqual([]);
  });
});
