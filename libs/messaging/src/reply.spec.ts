import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decode, encode, encodeSuccess, readUnparsed } from './reply.ts';

const read = (data: Uint8Array): unknown => {
  const reply = readUnparsed(data);
  if ('error' in reply) return reply;
  const { outputJson, ...otherFields } = reply;
  return { ...otherFields, output: decode(outputJson) };
};

describe('a reply that is read unparsed', () => {
  it('has the output, the access revision and the version of the sent reply', () => {
    const revision = fc.option(fc.stringMatching(/^[\w-]{1,130}$/), { nil: undefined });
    const output = fc.oneof(
      fc.jsonValue(),
      fc.record({ version: fc.nat(), name: fc.string(), accessRevision: fc.stringMatching(/^[\w-]*$/) }),
      fc.record({ accessRevision: fc.string(), version: fc.nat() }),
    );
    fc.assert(
      fc.property(output, revision, (value, accessRevision) => {
        const version = (value as { version?: unknown } | null)?.version;
        const parsed = JSON.parse(JSON.stringify({ output: value })) as object;
        expect(read(encodeSuccess(value, accessRevision))).toEqual({
          accessRevision,
          version: typeof version === 'number' ? version : undefined,
          ...parsed,
        });
      }),
    );
  });

  const absentFields = { accessRevision: undefined, version: undefined };

  it.each<[unknown, unknown]>([
    [{ output: { version: 2 } }, { ...absentFields, version: 2, output: { version: 2 } }],
    [
      { output: { a: 1 }, accessRevision: 'abc' },
      { ...absentFields, accessRevision: 'abc', output: { a: 1 } },
    ],
    [
      { accessRevision: 'abc', output: { a: 1 }, more: { b: 2 } },
      { ...absentFields, accessRevision: 'abc', output: { a: 1 } },
    ],
    [{ output: null }, { ...absentFields, output: null }],
    [{ error: { code: 'X', status: 400, title: 'x' } }, { error: { code: 'X', status: 400, title: 'x' } }],
  ])('may be an error, or a reply that another program encoded: %j', (sent, expected) => {
    expect(read(encode(sent))).toEqual(expected);
  });
});
