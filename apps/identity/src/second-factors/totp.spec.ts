import { describe, expect, it } from '@jest/globals';
import { base32, codeAt, digitsOf, otpauthUri, stepAt, stepOf } from './totp.ts';

const secret = Buffer.from('12345678901234567890');
const dateAt = (seconds: number): Date => new Date(seconds * 1_000);

describe('a code', () => {
  // RFC 6238, appendix B, SHA-1: the last six of the eight digits.
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at second %d is %s', (seconds, code) => {
    expect(codeAt(secret, stepAt(dateAt(seconds)))).toBe(code);
  });

  const now = dateAt(1_234_567_890);
  const step = stepAt(now);
  it.each<[string, number, number | null, number | undefined]>([
    ['of the current step is accepted', 0, null, step],
    ['of the previous step is accepted', -1, null, step - 1],
    ['of the next step is accepted', 1, null, step + 1],
    ['of two steps before is rejected', -2, null, undefined],
    ['of two steps after is rejected', 2, null, undefined],
    ['of a used step is rejected', 0, step, undefined],
    ['of a step before a used step is rejected', -1, step, undefined],
    ['of a step after a used step is accepted', 1, step, step + 1],
  ])('%s', (_, distance, lastUsedStep, found) => {
    expect(stepOf(secret, codeAt(secret, step + distance), now, lastUsedStep)).toBe(found);
  });

  it.each([
    ['287082', '287082'],
    [' 287 082 ', '287082'],
    ['28708', undefined],
    ['2870822', undefined],
    ['28708a', undefined],
    ['２８７０８２', undefined],
    ['', undefined],
  ])('is read from "%s" as %s', (typed, digits) => {
    expect(digitsOf(typed)).toBe(digits);
  });
});

describe('a secret', () => {
  // RFC 4648, section 10.
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('of the bytes "%s" is %s in Base32', (bytes, text) => {
    expect(base32(Buffer.from(bytes))).toBe(text);
  });

  it('is in the URI of the QR code, with the account and the issuer', () => {
    expect(otpauthUri(secret, 'Höst & Co', 'anna+1@example.ch')).toBe(
      'otpauth://totp/H%C3%B6st%20%26%20Co:anna%2B1%40example.ch?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' +
        '&issuer=H%C3%B6st%20%26%20Co&algorithm=SHA1&digits=6&period=30',
    );
  });
});
