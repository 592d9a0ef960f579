import { describe, expect, it } from '@jest/globals';
import { toId } from '@cordee/contracts/id';
import { replayOf, withNumber } from './replay-writes.mjs';

const OLD = '01938b5c-7a00-7c3e-9f00-5d1d2f6a4b10';
const NEW = '01999999-7a00-7c3e-9f00-5d1d2f6a4b10';
const isNewId = (uuid) => uuid >= '0199';
const team = {
  table: 'team',
  columns: ['organization_id', 'id', 'name', 'position'],
  generatedColumns: ['position'],
  numberColumns: ['position'],
  keyColumns: ['organization_id', 'id'],
  uniqueColumns: ['organization_id', 'id', 'name'],
};

describe('a replay of captured changes', () => {
  it('inserts rows with new ids and unique names, and keeps the ids of existing rows', () => {
    const row = { organization_id: OLD, id: NEW, name: 'Team 0123456789abcdef01', position: '4' };
    const outbox = {
      ...team,
      table: 'outbox',
      columns: ['body'],
      generatedColumns: [],
      uniqueColumns: [],
      row: { body: toId('team', NEW) },
    };
    const [insert, event] = replayOf([{ ...team, row }, outbox], 1, isNewId);
    expect(insert.text).toBe('insert into "team" ("organization_id", "id", "name") values ($1, $2, $3)');
    const [organization, id, name] = insert.values;
    expect([organization, id === NEW, name === row.name]).toEqual([OLD, false, false]);
    // The time, the version and the variant stay the same.
    expect(id.slice(0, 20)).toBe(NEW.slice(0, 20));
    expect(name).toMatch(/^Team [0-9a-f]{18}$/);
    expect(event.values).toEqual([toId('team', id)]);
  });

  it('increases a counter by the captured difference, and sets other columns to the captured values', () => {
    const counter = {
      ...team,
      table: 'revision',
      columns: ['id', 'revision', 'note'],
      numberColumns: ['revision'],
      keyColumns: ['id'],
    };
    const change = {
      ...counter,
      row: { id: OLD, revision: '8', note: 'b' },
      before: { id: OLD, revision: '6', note: 'a' },
    };
    expect(replayOf([change], 1, isNewId)).toMatchObject([
      {
        text: 'update "revision" set "revision" = "revision" + $1, "note" = $2 where "id" = $3',
        values: ['2', 'b', OLD],
      },
    ]);
  });

  it('finds a row with a generated key by its former values', () => {
    const history = {
      ...team,
      table: 'history',
      columns: ['id', 'position', 'until'],
      keyColumns: ['id', 'position'],
      row: { id: OLD, position: '1', until: '2026-01-31' },
      before: { id: OLD, position: '1', until: null },
    };
    expect(replayOf([history], 1, isNewId)).toMatchObject([
      { text: 'update "history" set "until" = $1 where "id" = $2 and "until" is null', values: ['2026-01-31', OLD] },
    ]);
  });

  it.each([
    ['PRO-2026-000123', 7, 'PRO-2026-000130'],
    ['PRO-2026-000123', 1_000_000_000, 'PRO-2026-1000000123'],
    ['999', 1, '1000'],
    ['RF18X', 1, 'RF19X'],
    ['none', 3, 'none 3'],
  ])('changes the unique text %s by the number %i to %s', (text, number, expected) => {
    expect(withNumber(text, number)).toBe(expected);
  });
});
