import { describe, expect, it } from '@jest/globals';
import { newRecoveryCodes, recoveryCodeOf } from './recovery-codes.ts';
import { SecondFactor, type CodeResult } from './second-factor.entity.ts';
import { codeAt, stepAt } from './totp.ts';
import { addWrongCode, nextAttemptAt, type WrongCodes } from './wrong-codes.ts';

const secret = Buffer.from('12345678901234567890');
const start = new Date('2026-11-22T09:00:00.000Z');
const after = (seconds: number): Date => new Date(start.getTime() + seconds * 1_000);
const validCodeAt = (now: Date): string => codeAt(secret, stepAt(now));
/** Returns a code that is not valid at any near time step. */
const wrongCodeAt = (now: Date): string =>
  ['000000', '111111', '222222', '333333'].find((code) =>
    [-1, 0, 1].every((distance) => codeAt(secret, stepAt(now) + distance) !== code),
  )!;

function confirmedFactor(recoveryCodes: readonly string[] = newRecoveryCodes()): SecondFactor {
  const factor = Object.assign(new SecondFactor(), { accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg' as const });
  factor.restart(Buffer.alloc(0), start);
  factor.confirm(start, recoveryCodes);
  return factor;
}

function useWrongCodes(factor: SecondFactor, times: number, now: Date): CodeResult[] {
  return Array.from({ length: times }, () => factor.useCode(wrongCodeAt(now), now, secret));
}

describe('recovery codes', () => {
  it('are ten different codes in groups of four', () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/);
  });

  it.each([
    ['7k2m-9qxd-0h4t-w8ea', '7k2m9qxd0h4tw8ea'],
    ['7K2M 9QXD OH4T W8EA', '7k2m9qxd0h4tw8ea'],
    ['1k2m9qxd0h4tw8el', '1k2m9qxd0h4tw8e1'],
    ['Ik2m9qxd0h4tw8el', '1k2m9qxd0h4tw8e1'],
    ['7k2m-9qxd-0h4t-w8e', undefined],
    ['7k2m-9qxd-0h4t-w8eaa', undefined],
    ['7u2m-9qxd-0h4t-w8ea', undefined],
    ['287082', undefined],
  ])('are read from "%s" as %s', (typed, code) => {
    expect(recoveryCodeOf(typed)).toBe(code);
  });

  it('are valid once each, until they are replaced', () => {
    const [first, second] = newRecoveryCodes() as [string, string];
    const factor = confirmedFactor([first, second]);
    expect([factor.useCode(first.toUpperCase(), start, secret), factor.useCode(first, start, secret)]).toEqual([
      'right',
      'wrong',
    ]);
    factor.replaceRecoveryCodes(newRecoveryCodes());
    expect(factor.useCode(second, start, secret)).toBe('wrong');
  });

  it('are valid when the secret cannot be decrypted, unlike codes of an authenticator', () => {
    const codes = newRecoveryCodes();
    const factor = confirmedFactor(codes);
    expect([factor.useCode(validCodeAt(start), start, undefined), factor.useCode(codes[0]!, start, undefined)]).toEqual(
      ['wrong', 'right'],
    );
  });
});

describe('codes of an authenticator', () => {
  it('are accepted once each, and not after the code of a later time step', () => {
    const factor = confirmedFactor();
    const next = codeAt(secret, stepAt(start) + 1);
    expect([
      factor.useCode(next, start, secret),
      factor.useCode(next, start, secret),
      factor.useCode(validCodeAt(start), start, secret),
      factor.useCode(validCodeAt(after(60)), after(60), secret),
    ]).toEqual(['right', 'wrong', 'wrong', 'right']);
  });
});

describe('wrong codes', () => {
  it.each<[number, number | null]>([
    [0, null],
    [4, null],
    [5, 30],
    [6, 60],
    [7, 120],
    [11, 1_920],
    [12, 3_600],
    [500, 3_600],
  ])('delay the next code, after %d consecutive wrong codes, by %s seconds', (count, seconds) => {
    expect(nextAttemptAt({ count, lastAt: start })).toEqual(seconds === null ? null : after(seconds));
  });

  it.each<[string, WrongCodes, Date, number]>([
    ['are counted', { count: 3, lastAt: start }, after(60), 4],
    ['are counted from one', { count: 0, lastAt: null }, start, 1],
    ['are reset after a day without a wrong code', { count: 9, lastAt: start }, after(86_400), 1],
    ['are not reset a second before the end of the day', { count: 9, lastAt: start }, after(86_399), 10],
  ])('%s', (_, before, now, count) => {
    expect(addWrongCode(before, now)).toEqual({ count, lastAt: now });
  });

  it('also delay a right code; an early attempt does not extend the delay, and a right code resets the count', () => {
    const factor = confirmedFactor();
    expect(useWrongCodes(factor, 5, start)).toEqual(Array.from({ length: 5 }, () => 'wrong'));
    for (const seconds of [0, 29])
      expect(factor.useCode(validCodeAt(after(seconds)), after(seconds), secret)).toEqual({ waitUntil: after(30) });
    expect(factor.useCode(validCodeAt(after(30)), after(30), secret)).toBe('right');
    expect(useWrongCodes(factor, 4, after(60))).toEqual(Array.from({ length: 4 }, () => 'wrong'));
  });

  it('do not delay a recovery code', () => {
    const codes = newRecoveryCodes();
    const factor = confirmedFactor(codes);
    useWrongCodes(factor, 5, start);
    expect(factor.useCode(newRecoveryCodes()[0]!, start, secret)).toEqual({ waitUntil: after(30) });
    expect(factor.useCode(codes[0]!, start, secret)).toBe('right');
    expect(factor.useCode(validCodeAt(start), start, secret)).toBe('right');
  });
});

it('a new secret can be confirmed within an hour, also after a restart', () => {
  const factor = new SecondFactor();
  factor.restart(Buffer.alloc(0), start);
  expect([factor.isPending(after(3_599)), factor.isPending(after(3_600))]).toEqual([true, false]);
  factor.restart(Buffer.alloc(0), after(3_600));
  expect(factor.isPending(after(3_601))).toBe(true);
});
