import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { dedupKey } from './dedup-key.ts';

describe('the dedup key of a message', () => {
  const arbitraryLines = fc.array(
    fc.string({ unit: 'binary-ascii', maxLength: 20 }).map((line) => line.replaceAll(/[\r\n]/g, '')),
    { minLength: 1, maxLength: 8 },
  );
  const joinLines = (lines: readonly string[], lineEnd: string) => Buffer.from(lines.join(lineEnd), 'latin1');

  it('does not depend on the kind of line ends or on empty lines at the end', () => {
    fc.assert(
      fc.property(arbitraryLines, fc.nat(3), (lines, emptyCount) => {
        const emptyLines = Array<string>(emptyCount).fill('');
        expect(dedupKey(joinLines([...lines, ...emptyLines], '\r\n'))).toBe(dedupKey(joinLines(lines, '\n')));
      }),
    );
  });

  it('is the same for two messages if and only if their texts are the same, apart from empty lines at the end', () => {
    fc.assert(
      fc.property(arbitraryLines, arbitraryLines, (left, right) => {
        const [leftText, rightText] = [left, right].map((lines) => lines.join('\n').replace(/\n+$/, ''));
        expect(dedupKey(joinLines(left, '\r\n')) === dedupKey(joinLines(right, '\n'))).toBe(leftText === rightText);
      }),
    );
  });
});
