import { expect, it } from '@jest/globals';
import { jsonLines, sqlArray } from './sql-array.ts';

it('an array quotes texts, and keeps numbers, booleans and missing values', () => {
  expect(sqlArray(['a', 'say "a\\b", {c}', 'NULL', '', 'two\nlines', 7, -1, true, null, undefined])).toBe(
    '{"a","say \\"a\\\\b\\", {c}","NULL","","two\nlines",7,-1,true,NULL,NULL}',
  );
  expect(sqlArray([])).toBe('{}');
});

it('lines of JSON have one line per value', () => {
  expect(jsonLines([{ text: 'two\nlines' }, null]).split('\n')).toEqual([String.raw`{"text":"two\nlines"}`, 'null']);
});
