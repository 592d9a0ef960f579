import { describe, expect, it } from '@jest/globals';
import { newRecoveryCodes, recoveryCodeOf } from './recovery-codes.ts';
import { SecondFactor, type Verdict } from './second-factor.entity.ts';
import { codeAt, stepAt } from './totp.ts';
import { nextTryAt, withAnother, type WrongCodes } from './wrong-codes.ts';

const secret = Buffer.from('12345678901234567890');
const start = new Date('2026-11-22T09:00:00.000Z');
const after = (seconds: number): Date => new Date(start.getTime() + seconds * 1_000);
const rightAt = (now: Date): string => codeAt(secret, stepAt(now));
/** Not the code of any step that is near. */
const wrongAt = (now: Date): string =>
  ['000000', '111111', '222222', '333333'].find((code) =>
    [-1, 0, 1].every((distance) => codeAt(secret, stepAt(now) + distance) !== code),
  )!;

function setUp(recoveryCodes: readonly string[] = newRecoveryCodes()): SecondFactor {
  const factor = Object.assign(new SecondFactor(), { accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg' as const });
  factor.startAnew(Buffer.alloc(0), start);
  factor.confirm(start, recoveryCodes);
  return factor;
}

function fail(factor: SecondFactor, times: number, now: Date): Verdict[] {
  return Array.from({ length: times }, () => factor.take(wrongAt(now), now, secret));
}

describe('recovery codes', () => {
  it('are ten different ones, in groups of four', () => {
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
  ])('typed as "%s" are %s', (typed, code) => {
    expect(recoveryCodeOf(typed)).toBe(code);
  });

  it('are good once each, and only as long as they are not replaced', () => {
    const [first, second] = newRecoveryCodes() as [string, string];
    const factor = setUp([first, second]);
    expect([factor.take(first.toUpperCase(), start, secret), factor.take(first, start, secret)]).toEqual([
      'right',
      'wrong',
    ]);
    factor.replaceRecoveryCodes(newRecoveryCodes());
    expect(factor.take(second, start, secret)).toBe('wrong');
  });

  it('are good when the secret cannot be read any more, which takes no digits', () => {
    const codes = newRecoveryCodes();
    const factor = setUp(codes);
    expect([factor.take(rightAt(start), start, undefined), factor.take(codes[0]!, start, undefined)]).toEqual([
      'wrong',
      'right',
    ]);
  });
});

describe('digits', () => {
  it('are taken once each, the ones before no more', () => {
    const factor = setUp();
    const next = codeAt(secret, stepAt(start) + 1);
    expect([
      factor.take(next, start, secret),
      factor.take(next, start, secret),
      factor.take(rightAt(start), start, secret),
      factor.take(rightAt(after(60)), after(60), secret),
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
  ])('%d in a row cost a wait of %s seconds', (count, seconds) => {
    expect(nextTryAt({ count, lastAt: start })).toEqual(seconds === null ? null : after(seconds));
  });

  it.each<[string, WrongCodes, Date, number]>([
    ['are counted', { count: 3, lastAt: start }, after(60), 4],
    ['begin with one', { count: 0, lastAt: null }, start, 1],
    ['are forgotten after a day without', { count: 9, lastAt: start }, after(86_400), 1],
    ['are remembered a second before', { count: 9, lastAt: start }, after(86_399), 10],
  ])('%s', (_, before, now, count) => {
    expect(withAnother(before, now)).toEqual({ count, lastAt: now });
  });

  it('make digits wait, the right ones too, and trying meanwhile does not make it longer', () => {
    const factor = setUp();
    expect(fail(factor, 5, start)).toEqual(Array.from({ length: 5 }, () => 'wrong'));
    for (const seconds of [0, 29])
      expect(factor.take(rightAt(after(seconds)), after(seconds), secret)).toEqual({ waitUntil: after(30) });
    expect(factor.take(rightAt(after(30)), after(30), secret)).toBe('right');
    expect(fail(factor, 4, after(60))).toEqual(Array.from({ length: 4 }, () => 'wrong'));
  });

  it('lock nobody out: a recovery code is taken all the same', () => {
    const codes = newRecoveryCodes();
    const factor = setUp(codes);
    fail(factor, 5, start);
    expect(factor.take(newRecoveryCodes()[0]!, start, secret)).toEqual({ waitUntil: after(30) });
    expect(factor.take(codes[0]!, start, secret)).toBe('right');
    expect(factor.take(rightAt(start), start, secret)).toBe('right');
  });
});

it('can be confirmed for an hour, and after beginning again', () => {
  const factor = new SecondFactor();
  factor.startAnew(Buffer.alloc(0), start);
  expect([factor.isPending(after(3_599)), factor.isPending(after(3_600))]).toEqual([true, false]);
  factor.startAnew(Buffer.alloc(0), after(3_600));
  expect(factor.isPending(after(3_601))).toBe(true);
});
