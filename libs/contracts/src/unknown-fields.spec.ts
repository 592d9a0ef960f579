import { expect, it } from '@jest/globals';
import * as z from 'zod';
import { unknownFields } from './unknown-fields.ts';

const schema = z.object({
  id: z.string(),
  lines: z.array(z.object({ net: z.int() })).optional(),
  extension: z.unknown().optional(),
});

it.each<[string, unknown, string[]]>([
  ['finds no unknown field where the schema declares all fields', { id: 'a', lines: [{ net: 1 }] }, []],
  ['finds an unknown field', { id: 'a', note: 1 }, ['note']],
  ['finds an unknown field in an array', { id: 'a', lines: [{ net: 1 }, { net: 2, vat: 3 }] }, ['lines.1.vat']],
  ['ignores an unknown field without a value', { id: 'a', note: undefined }, []],
  ['ignores the fields in a field of any type', { id: 'a', extension: { note: 1 } }, []],
])('%s', (_, given, paths) => {
  expect(unknownFields(given, schema.parse(given))).toEqual(paths);
});
