import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addMoney,
  allocateMoney,
  compareMoney,
  decimalsOf,
  decimalText,
  formatAmount,
  formatMoney,
  fractionOf,
  isCurrency,
  money,
  negateMoney,
  parseMoney,
  subtractMoney,
  sumMoney,
  zero,
} from './money.ts';

const chf = (amount: number) => money(amount, 'CHF');
const amounts = fc.integer({ min: -(10 ** 12), max: 10 ** 12 });
const currencies = fc.constantFrom('CHF', 'EUR', 'JPY', 'KWD');

/** The error code that the function throws; undefined when it does not throw. */
function codeOf(operation: () => unknown): string | undefined {
  try {
    operation();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
}

describe('money', () => {
  it.each([
    ['1994.75', 'CHF', 199_475],
    ['0.05', 'CHF', 5],
    ['-3', 'CHF', -300],
    ['1.15', 'EUR', 115],
    ['5.00000', 'CHF', 500],
    ['500', 'JPY', 500],
    ['500.00', 'JPY', 500],
    ['1.005', 'KWD', 1005],
    ['90071992547409.91', 'CHF', Number.MAX_SAFE_INTEGER],
  ])('parsed from %s %s has %d minor units', (text, currency, amount) => {
    expect(parseMoney(text, currency)).toEqual({ amount, currency });
  });

  it('has no currency whose minor units are not decimal', () => {
    expect(['CHF', 'JPY', 'KWD', 'MGA', 'MRU', 'XYZ'].filter(isCurrency)).toEqual(['CHF', 'JPY', 'KWD']);
    expect(codeOf(() => money(1, 'MGA'))).toBe('MONEY_CURRENCY_UNKNOWN');
  });

  it.each([
    ['1.005', 'CHF'],
    ['1.5', 'JPY'],
    ['1e3', 'CHF'],
    ['1,50', 'CHF'],
    ['', 'CHF'],
    ['.5', 'CHF'],
    ['1.', 'CHF'],
    ['NaN', 'CHF'],
    [' 1', 'CHF'],
    ['90071992547409.92', 'CHF'],
  ])('is not parsed from "%s" %s, not even with rounding', (text, currency) => {
    expect(codeOf(() => parseMoney(text, currency))).toBe('MONEY_AMOUNT_INVALID');
  });

  it('has the number of decimals of each currency from ISO 4217', () => {
    expect(['CHF', 'JPY', 'KWD', 'EUR'].map(decimalsOf)).toEqual([2, 0, 3, 2]);
  });

  it('refuses fractions of a minor unit, unsafe integers and unknown currencies', () => {
    expect(codeOf(() => money(1.5, 'CHF'))).toBe('MONEY_AMOUNT_INVALID');
    // 1.15 * 100 is 114.99999999999999 in floating-point arithmetic.
    expect(codeOf(() => money(1.15 * 100, 'CHF'))).toBe('MONEY_AMOUNT_INVALID');
    expect(codeOf(() => money(2 ** 53, 'CHF'))).toBe('MONEY_AMOUNT_INVALID');
    expect(codeOf(() => money(1, 'XYZ'))).toBe('MONEY_CURRENCY_UNKNOWN');
    // `toString` is a property of every object, also of the table of currencies.
    expect(codeOf(() => money(1, 'toString'))).toBe('MONEY_CURRENCY_UNKNOWN');
  });

  it('refuses arithmetic with two currencies', () => {
    const euro = money(1, 'EUR');
    for (const operation of [addMoney, subtractMoney, compareMoney]) {
      expect(codeOf(() => operation(chf(1), euro))).toBe('MONEY_CURRENCY_MISMATCH');
    }
    expect(codeOf(() => sumMoney([chf(1), euro], 'CHF'))).toBe('MONEY_CURRENCY_MISMATCH');
  });

  it('is frozen and has no negative zero', () => {
    expect(Object.isFrozen(chf(1))).toBe(true);
    expect(Object.is(negateMoney(chf(0)).amount, 0)).toBe(true);
  });

  it.each([
    [1, 1, 2, 1],
    [-1, 1, 2, -1],
    [1, 1, 3, 0],
    [100, 6, 31, 19],
    [5, 3, 10, 2],
  ])('of %d × %d/%d is rounded to %d', (amount, numerator, denominator, result) => {
    expect(fractionOf(chf(amount), { numerator, denominator })).toEqual(chf(result));
  });

  it.each([
    [100, [1, 1, 1], [34, 33, 33]],
    [-100, [1, 1, 1], [-34, -33, -33]],
    [5, [0, 1, 1], [0, 3, 2]],
    [0, [2, 1], [0, 0]],
  ])('of %d is allocated in the ratios %j', (amount, ratios, parts) => {
    expect(allocateMoney(chf(amount), ratios)).toEqual(parts.map(chf));
  });

  it('cannot be allocated in invalid ratios', () => {
    for (const ratios of [[], [0, 0], [-1, 2], [0.5, 0.5]]) {
      expect(codeOf(() => allocateMoney(chf(1), ratios))).toBe('MONEY_RATIOS_INVALID');
    }
  });

  it('is formatted by language', () => {
    // ICU versions use different apostrophes and spaces.
    const format = (locale: string) => formatMoney(chf(199_475), locale).replaceAll(/\s/gu, ' ').replaceAll('’', "'");
    expect(format('de')).toBe("CHF 1'994.75");
    expect(format('en')).toBe("CHF 1'994.75");
    expect(format('it')).toBe("CHF 1'994.75");
    expect(format('fr')).toBe("1'994.75 CHF");
    expect(format('es')).toBe('1.994,75 CHF');
    expect(formatMoney(money(1500, 'JPY'), 'de').replaceAll(/[\s’]/gu, '')).toMatch(/^JPY1'?500$/);
    expect(
      ['de', 'fr', 'it', 'en', 'es'].map((locale) => formatAmount(chf(-11_990), locale).replace('−', '-')),
    ).toEqual(['-119.90', '-119.90', '-119.90', '-119.90', '-119,90']);
    expect(formatAmount(money(1_234_567, 'KWD'), 'de').replaceAll('’', "'")).toBe("1'234.567");
    expect(formatAmount(money(Number.MAX_SAFE_INTEGER, 'CHF'), 'de').replaceAll('’', "'")).toBe(
      "90'071'992'547'409.91",
    );
  });

  it('is equal to the money that is parsed from its decimal text', () => {
    fc.assert(
      fc.property(amounts, currencies, (amount, currency) => {
        const value = money(amount, currency);
        expect(parseMoney(decimalText(value), currency)).toEqual(value);
      }),
    );
  });

  it('is allocated to parts that add up; each part is at most one unit from its truncated share', () => {
    const ratioLists = fc
      .array(fc.nat({ max: 10_000 }), { minLength: 1, maxLength: 12 })
      .filter((ratios) => ratios.some((ratio) => ratio > 0));
    fc.assert(
      fc.property(amounts, ratioLists, (amount, ratios) => {
        const parts = allocateMoney(chf(amount), ratios);
        expect(sumMoney(parts, 'CHF')).toEqual(chf(amount));
        const ratioSum = ratios.reduce((sum, ratio) => sum + ratio, 0);
        for (const [index, part] of parts.entries()) {
          // BigInt division truncates the exact share.
          const truncatedShare = (BigInt(amount) * BigInt(ratios[index]!)) / BigInt(ratioSum);
          expect(Math.abs(Number(BigInt(part.amount) - truncatedShare))).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('is ordered; a subtraction reverses an addition, and an amount plus its negation is zero', () => {
    fc.assert(
      fc.property(amounts, amounts, (left, right) => {
        expect(subtractMoney(addMoney(chf(left), chf(right)), chf(right))).toEqual(chf(left));
        // `+ 0` converts -0 to 0, because `toBe` treats -0 and 0 as different.
        expect(compareMoney(chf(left), chf(right))).toBe(Math.sign(left - right) + 0);
        expect(addMoney(chf(left), negateMoney(chf(left)))).toEqual(zero('CHF'));
      }),
    );
  });
});
