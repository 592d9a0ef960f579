import { describe, expect, it } from '@jest/globals';
import { compareSchemas } from './compare-schemas.mjs';

const object = (properties, rest = {}) => ({ type: 'object', properties, ...rest });
const string = { type: 'string' };
const choice = (...values) => ({ type: 'string', enum: values });
const kind = (name, properties = {}) =>
  object({ kind: { type: 'string', const: name }, ...properties }, { required: ['kind'] });
const nullable = (schema) => ({ anyOf: [schema, { type: 'null' }] });

const compare = (before, after, side, readers = 'tolerant') =>
  compareSchemas(before, after, '', { side, readers, before, after }).map(({ pointer, sentence }) => [
    pointer,
    sentence,
  ]);

describe('an input', () => {
  it.each([
    ['gains an optional field', object({}), object({ name: string })],
    ['has a field that becomes optional', object({ name: string }, { required: ['name'] }), object({ name: string })],
    ['accepts null too', string, nullable(string)],
    ['gains a value of an enum', choice('a'), choice('a', 'b')],
    ['accepts any text instead of an enum', choice('a'), string],
    ['gains a kind', { oneOf: [kind('a')] }, { oneOf: [kind('a'), kind('b')] }],
    ['accepts longer texts', { ...string, maxLength: 10 }, { ...string, maxLength: 20 }],
    ['accepts numbers instead of integers', { type: 'integer' }, { type: 'number' }],
    ['becomes open', object({}, { additionalProperties: false }), object({})],
    ['gets a default', string, { ...string, default: 'a' }],
  ])('is compatible when it %s', (_, before, after) => {
    expect(compare(before, after, 'input')).toEqual([]);
  });

  it.each([
    ['a field is removed', object({ name: string }), object({}), '/properties/name', 'no longer has the field'],
    [
      'a field is renamed',
      object({ name: string }),
      object({ title: string }),
      '/properties/name',
      'no longer has the field',
    ],
    [
      'a new field is required',
      object({}),
      object({ name: string }, { required: ['name'] }),
      '/properties/name',
      'the new field is required',
    ],
    [
      'a field becomes required',
      object({ name: string }),
      object({ name: string }, { required: ['name'] }),
      '/properties/name',
      'becomes required',
    ],
    [
      'a field has another type',
      object({ size: string }),
      object({ size: { type: 'integer' } }),
      '/properties/size',
      'the type changes from string to integer',
    ],
    ['an enum loses a value', choice('a', 'b'), choice('a'), '', 'no longer accepts "b"'],
    ['a text becomes an enum', string, choice('a'), '', 'no longer accepts other values than those of the enum'],
    ['null is refused', nullable(string), string, '', 'no longer accepts null'],
    ['a kind is removed', { oneOf: [kind('a'), kind('b')] }, { oneOf: [kind('a')] }, '', 'accepts object with kind b'],
    [
      'a field of a kind becomes required',
      { oneOf: [kind('a'), kind('b', { name: string })] },
      { oneOf: [kind('a'), { ...kind('b', { name: string }), required: ['kind', 'name'] }] },
      '/properties/name',
      'becomes required',
    ],
    [
      'it is closed',
      object({}),
      object({}, { additionalProperties: false }),
      '/additionalProperties',
      'becomes closed',
    ],
    ['a text must be shorter', string, { ...string, maxLength: 10 }, '', 'maxLength of the input is stricter'],
    ['a number must be larger', { type: 'integer' }, { type: 'integer', minimum: 1 }, '', 'minimum of the input'],
    ['a pattern is added', string, { ...string, pattern: '^a' }, '', 'the pattern of the input changes'],
    [
      'a number must be a multiple',
      { type: 'integer' },
      { type: 'integer', multipleOf: 5 },
      '',
      'the multipleOf of the input changes',
    ],
    [
      'items must be unique',
      { type: 'array', items: string },
      { type: 'array', items: string, uniqueItems: true },
      '',
      'the uniqueItems of the input changes',
    ],
    [
      'items of any type get a type',
      { type: 'array' },
      { type: 'array', items: string },
      '/items',
      'the schema of the input is new',
    ],
    [
      'the names of fields are restricted',
      { type: 'object', propertyNames: string },
      { type: 'object', propertyNames: { ...string, pattern: '^a' } },
      '/propertyNames',
      'the pattern of the input changes',
    ],
    ['a schema of allOf is added', { allOf: [string] }, { allOf: [string, choice('a')] }, '/allOf/1', 'input is new'],
    [
      'a field of allOf becomes required beside it',
      { allOf: [object({ name: string })] },
      { allOf: [object({ name: string })], required: ['name'] },
      '/properties/name',
      'the new field is required',
    ],
    ['a default changes', { ...string, default: 'a' }, { ...string, default: 'b' }, '', 'the default of the input'],
    [
      'items are narrowed',
      { type: 'array', items: choice('a', 'b') },
      { type: 'array', items: choice('a') },
      '/items',
      'no longer accepts "b"',
    ],
  ])('breaks callers when %s', (_, before, after, pointer, sentence) => {
    expect(compare(before, after, 'input')).toEqual([[pointer, expect.stringContaining(sentence)]]);
  });
});

describe('an output', () => {
  it.each([
    ['gains a field', object({}), object({ name: string }, { required: ['name'] })],
    ['is never null any more', nullable(string), string],
    ['gains a value of an enum, because readers ignore it', choice('a'), choice('a', 'b')],
    ['gains a kind, because readers ignore it', { oneOf: [kind('a')] }, { oneOf: [kind('a'), kind('b')] }],
    [
      'gains a constant',
      { anyOf: [{ const: 'a' }, object({})] },
      { anyOf: [{ const: 'a' }, { const: 'b' }, object({})] },
    ],
    ['has an enum instead of constants', { anyOf: [{ const: 'a' }, { const: 'b' }] }, { enum: ['a', 'b'] }],
    ['is more restricted', { type: 'array' }, { type: 'array', items: string }],
    ['becomes open', object({}, { additionalProperties: false }), object({})],
  ])('is compatible when it %s', (_, before, after) => {
    expect(compare(before, after, 'output')).toEqual([]);
  });

  const breaks = [
    ['an enum loses a value', choice('a', 'b'), choice('a'), '', 'no longer has the value "b"'],
    ['a nullable enum loses a value', nullable(choice('a', 'b')), nullable(choice('a')), '', 'the value "b"'],
    ['an enum is never set any more', nullable(choice('a')), { type: 'null' }, '', 'the output is no longer string'],
    [
      'a kind is removed',
      { oneOf: [kind('a'), kind('b')] },
      { oneOf: [kind('a')] },
      '',
      'no longer object with kind b',
    ],
    [
      'a field of allOf is removed',
      { allOf: [object({ name: string })] },
      { allOf: [object({})] },
      '/allOf/0/properties/name',
      'no longer has the field',
    ],
    ['a schema of allOf is removed', { allOf: [string] }, {}, '/allOf/0', 'no longer has the schema'],
    ['items get any type', { type: 'array', items: string }, { type: 'array' }, '/items', 'no longer has the schema'],
    ['a field is removed', object({ name: string }), object({}), '/properties/name', 'no longer has the field'],
    [
      'a field can be absent',
      object({ name: string }, { required: ['name'] }),
      object({ name: string }),
      '/properties/name',
      'can be absent',
    ],
    ['a value can be null', string, nullable(string), '', 'the output can be null now'],
    [
      'a field has another type',
      object({ size: string }),
      object({ size: { type: 'integer' } }),
      '/properties/size',
      'the type changes from string to integer',
    ],
    [
      'a date becomes an instant',
      { ...string, format: 'date' },
      { ...string, format: 'date-time' },
      '',
      'the format changes',
    ],
    [
      'it is closed',
      object({}),
      object({}, { additionalProperties: false }),
      '/additionalProperties',
      'becomes closed',
    ],
  ];
  it.each(breaks)('breaks readers when %s', (_, before, after, pointer, sentence) => {
    expect(compare(before, after, 'output')).toEqual([[pointer, expect.stringContaining(sentence)]]);
  });

  it.each([
    ['an enum is renamed', choice('a', 'b'), choice('a', 'c'), '"b"'],
    ['an enum accepts any text', choice('b'), string, '"b"'],
    ['a kind is renamed', { oneOf: [kind('a'), kind('b')] }, { oneOf: [kind('a'), kind('c')] }, 'object with kind b'],
  ])('breaks readers when %s', (_, before, after, name) => {
    expect(compare(before, after, 'output')).toEqual([
      ['', expect.stringMatching(`the output .*no longer.* ${name}$`)],
    ]);
  });

  it.each([
    ...breaks,
    ['an enum gains a value', choice('a'), choice('a', 'b'), '', '"b" is a new value, which readers refuse'],
    ['a kind is new', { oneOf: [kind('a')] }, { oneOf: [kind('a'), kind('b')] }, '', 'can be object with kind b'],
    ['a text can be longer', { ...string, maxLength: 10 }, { ...string, maxLength: 20 }, '', 'maxLength is looser'],
  ])('breaks strict readers when %s', (_, before, after, pointer, sentence) => {
    expect(compare(before, after, 'output', 'strict')).toEqual([[pointer, expect.stringContaining(sentence)]]);
  });
});

describe('a schema with a keyword that the comparison does not know', () => {
  it.each([
    ['not', { ...string, not: { const: 'a' } }],
    ['dependentRequired', object({ a: string, b: string }, { dependentRequired: { a: ['b'] } })],
    ['contains', { type: 'array', contains: string }],
  ])('is refused: %s', (keyword, schema) => {
    for (const side of ['input', 'output'])
      expect(compare(schema, schema, side)).toEqual([['', expect.stringContaining(`keyword ${keyword} is unknown`)]]);
  });
});

describe('a schema with keywords beside a reference or alternatives', () => {
  const narrowed = (...values) => ({ ...choice(...values), anyOf: [{ ...choice('a', 'b', 'c') }, { type: 'null' }] });

  it('is compared with both', () => {
    expect(compare(narrowed('a', 'b'), narrowed('a'), 'input')).not.toEqual([]);
    const union = (name) => ({
      anyOf: [kind('a'), kind('b')],
      oneOf: [object({ name: string }), object({ [name]: string })],
    });
    expect(compare(union('title'), union('heading'), 'output')).not.toEqual([]);
  });

  it('is compared with both when they have the same keyword', () => {
    const before = { ...object({ size: string }), $ref: '#/definition', definition: object({ name: string }) };
    const after = { ...before, definition: object({}) };
    expect(compare(before, after, 'output')).not.toEqual([]);
  });
});

describe('a schema with references', () => {
  const document = (money) => ({ components: { schemas: { Money: money } } });
  const reference = { $ref: '#/components/schemas/Money' };

  it('reports the place in the schema that it refers to', () => {
    const [before, after] = [document(object({ amount: string })), document(object({}))];
    expect(
      compareSchemas(reference, reference, '/answer', { side: 'output', readers: 'strict', before, after }),
    ).toEqual([
      { pointer: '/components/schemas/Money/properties/amount', sentence: 'the output no longer has the field' },
    ]);
  });

  it('can refer to itself', () => {
    const self = document(object({ inner: nullable(reference) }));
    expect(
      compareSchemas(reference, reference, '', { side: 'output', readers: 'strict', before: self, after: self }),
    ).toEqual([]);
  });
});
