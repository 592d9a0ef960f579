import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { dedupKey } from './dedup-key.ts';

describe('the dedup key of a message', () => {
  const lines = fc.array(
    fc.string({ unit: 'binary-ascii', maxLength: 20 }).map((line) => line.replaceAll(/[\r\n]/g, '')),
    { minLength: 1, maxLength: 8 },
  );
  const written = (each: readonly string[], end: string) => Buffer.from(each.join(end), 'latin1');

  it('does not depend on line ends and on empty lines at the end', () => {
    fc.assert(
      fc.property(lines, fc.nat(3), (each, more) => {
        const empty = Array<string>(more).fill('');
        expect(dedupKey(written([...each, ...empty], '\r\n'))).toBe(dedupKey(written(each, '\n')));
      }),
    );
  });

  it('differs for different texts', () => {
    fc.assert(
      fc.property(lines, lines, (left, right) => {
        const [one, other] = [left, right].map((each) => each.join('\n').replace(/\n+$/, ''));
        expect(dedupKey(written(left, '\r\n')) === dedupKey(written(right, '\n'))).toBe(one === other);
      }),
    );
  });
});
