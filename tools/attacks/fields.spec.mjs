import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { fieldsOf, isFreeText, withField } from './fields.mjs';

test('fields of objects, lists and alternatives are found with their path', async () => {
  const input = z.object({
    name: z.string().max(10),
    lines: z.array(z.object({ kind: z.enum(['a']), note: z.string().nullable() })),
    to: z.union([z.object({ email: z.email() }), z.object({ id: z.string().regex(/^a/) })]),
  });
  const fields = await fieldsOf({ input });
  expect(fields.map(({ path }) => path.join('.'))).toEqual([
    'name',
    'lines',
    'lines.0',
    'lines.0.kind',
    'lines.0.note',
    'to',
    'to.email',
    'to.id',
  ]);
  expect(fields.filter(isFreeText).map(({ path }) => path.join('.'))).toEqual(['name', 'lines.0.note']);
});

test('a field is replaced in a copy', () => {
  const input = { lines: [{ note: 'a', kind: 'b' }] };
  expect(withField(input, ['lines', 0, 'note'], 'c')).toEqual({ lines: [{ note: 'c', kind: 'b' }] });
  expect(withField({}, ['to', 'email'], 'd')).toEqual({ to: { email: 'd' } });
  expect(input).toEqual({ lines: [{ note: 'a', kind: 'b' }] });
});
