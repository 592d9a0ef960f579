import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decode, encode, encodeSuccess, readUnparsed } from './reply.ts';

const read = (data: Uint8Array, hasVersion = false): unknown => {
  const reply = readUnparsed(data, hasVersion);
  if ('error' in reply) return reply;
  const { outputJson, ...head } = reply;
  return { ...head, output: decode(outputJson) };
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

  it('has the version of the output, also when the reply itself has none', () => {
    const output = { version: 2 };
    expect(read(encode({ output }), true)).toEqual({ accessRevision: undefined, version: 2, output });
  });

  it.each([
    [
      { output: { version: 2 }, accessRevision: 'abc' },
      { accessRevision: 'abc', version: 2, output: { version: 2 } },
    ],
    [
      // In a reply with another order of fields, only the version in the output counts.
      { output: { a: 1 }, version: 2 },
      { accessRevision: undefined, version: undefined, output: { a: 1 } },
    ],
    [{ output: null }, { accessRevision: undefined, version: undefined, output: null }],
    [{ error: { code: 'X', status: 400, title: 'x' } }, { error: { code: 'X', status: 400, title: 'x' } }],
  ])('may be an error, or have another order of fields, or have null as its output: %j', (sent, expected) => {
    expect(read(encode(sent))).toEqual(expected);
  });
});
