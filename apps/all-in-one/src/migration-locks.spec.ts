import { platformMigration } from '@cordee/service/database/migration';
import { describe, expect, it } from '@jest/globals';
import { statementsOf } from '../test/statements-of.ts';
import { services } from './services.ts';

/** Migrations before these ran before the first installation with many rows. */
const firstChecked: Partial<Record<string, string>> = { billing: '0025', reminders: '0003' };
const DEFAULT_FIRST = '0002';

/** Statements that read or write all rows of a table while others wait for it. */
const longLocks: [name: string, pattern: RegExp][] = [
  ['an index that is not created concurrently', /^create (unique )?index (?!concurrently )\w+ on "?(?<table>\w+)/],
  ['an index that is not dropped concurrently', /^drop index (?!concurrently )/],
  [
    'a unique constraint that does not take an index',
    /^alter table "?(?<table>\w+).*\badd (constraint \w+ )?(primary key|unique) ?\(/,
  ],
  ['a unique column', /^alter table "?(?<table>\w+).*\badd column (if not exists )?\w+ [^,]*\b(unique|primary key)\b/],
  [
    'a constraint that is validated at once',
    /^alter table "?(?<table>\w+).*\badd constraint \w+ (check|foreign key)\b(?!.* not valid)/,
  ],
  ['a column with a reference', /^alter table "?(?<table>\w+).*\badd column (if not exists )?\w+ [^,]*\breferences\b/],
  ['a column that must not be null', /^alter table "?(?<table>\w+).*\balter column \w+ set not null/],
  ['a column of another type', /^alter table "?(?<table>\w+).*\balter column \w+ (set data )?type\b/],
];

/** Returns what makes a migration lock a table with rows for a long time. */
function problemsOf(sql: string): string[] {
  const statements = statementsOf(sql);
  const newTables = new Set(
    statements.flatMap((statement) => /^create table (?:if not exists )?"?(\w+)/.exec(statement)?.[1] ?? []),
  );
  return statements.flatMap((statement) =>
    longLocks.flatMap(([problem, pattern]) => {
      const match = pattern.exec(statement);
      return match && !newTables.has(match.groups?.['table'] ?? '') ? [`${problem}: ${statement}`] : [];
    }),
  );
}

describe('migrations (F16)', () => {
  it.each(
    services.flatMap(({ name: service, migrations }) =>
      [platformMigration(service), ...migrations]
        .filter(({ name }) => name >= (firstChecked[service] ?? DEFAULT_FIRST))
        .map(({ name, sql }) => [service, name, sql] as const),
    ),
  )('%s %s locks no table for long', (_service, _name, sql) => {
    expect(problemsOf(sql)).toEqual([]);
  });

  it.each([
    'create index a on b (c)',
    'create unique index a on b (c)',
    'drop index a',
    'alter table b add column c uuid unique',
    'alter table b add column c uuid references d (e)',
    'alter table b add column a date, drop constraint x, add primary key (c)',
    'alter table "b" add constraint c unique (d)',
    'alter table b add constraint c check (d > 0)',
    'alter table b alter column c set not null',
    'alter table b alter column c type text',
  ])('with the statement "%s" would', (statement) => {
    expect(problemsOf(statement)).toHaveLength(1);
    expect(problemsOf(`create table b (c text); ${statement}`)).toHaveLength(statement.startsWith('drop') ? 1 : 0);
  });

  it.each([
    'create index concurrently a on b (c)',
    'alter table b add column c boolean not null default false',
    'alter table b add constraint c check (d > 0) not valid',
    'alter table b add constraint c primary key using index d',
    'alter table b validate constraint c',
  ])('with the statement "%s" would not', (statement) => {
    expect(problemsOf(statement)).toEqual([]);
  });
});
