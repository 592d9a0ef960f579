import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { dedupKey } from './dedup-key.ts';

describe('the dedup key of a message', () => {
  const lines = fc.array(
    fc.string({ unit: 'binary-ascii', maxLength: 20 }).map((line) => line.replaceAll(/[\r\n]/g, '')),
    { minLength: 1, maxLength: 8 },
  );
  const joinLines = (texts: readonly string[], lineEnd: string) => Buffer.from(texts.join(lineEnd), 'latin1');

  it('does not depend on the kind of line ends or on empty lines at the end', () => {
    fc.assert(
      fc.property(lines, fc.nat(3), (texts, emptyCount) => {
        const emptyLines = Array<string>(emptyCount).fill('');
        expect(dedupKey(joinLines([...texts, ...emptyLines], '\r\n'))).toBe(dedupKey(joinLines(texts, '\n')));
      }),
    );
  });

  it('differs for different texts', () => {
    fc.assert(
      fc.property(lines, lines, (left, right) => {
        const [leftText, rightText] = [left, right].map((each) => each.join('\n').replace(/\n+$/, ''));
        expect(dedupKey(joinLines(left, '\r\n')) === dedupKey(joinLines(right, '\n'))).toBe(leftText === rightText);
      }),
    );
  });
});
