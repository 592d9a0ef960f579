import { describe, expect, it } from '@jest/globals';
import { money, type Money } from '@cordee/money/money';
import { vatOf } from '@cordee/money/vat';
import type { VatClass } from '@cordee/money/vat-rates';
import { decisionOfEarlierVersion } from '../vat/vat-decision.ts';
import { linesFor, totalsOf, withVat, type DocumentLine } from './document-line.ts';
import { shiftLinesTo } from './shift-lines.ts';

const swiss = decisionOfEarlierVersion(false, '2023-07-01');
const productIds = ['prd_01je5nryg0fgz9y05x3mqpmjrg', 'prd_01je5nryg0fgz9y05x3mqpmjrh'] as const;

/** Returns the lines of a pro forma with yearly products. */
function linesOf(prices: readonly Money[], start: string, vatClass: VatClass = 'standard'): DocumentLine[] {
  const end = `${Number(start.slice(0, 4)) + 1}${start.slice(4)}`;
  const netLines = prices.flatMap((price, index) =>
    linesFor(
      { productId: productIds[index]!, text: 'Web hosting', costCentre: null, interval: 'yearly', price, vatClass },
      { start, end },
      swiss,
    ),
  );
  return withVat(netLines, 'CHF');
}
const ratesAndPeriods = (lines: readonly DocumentLine[]) =>
  lines.map(({ vatBasisPoints, periodStart, periodEnd }) => [vatBasisPoints, periodStart, periodEnd]);
const chf = (amount: number) => money(amount, 'CHF');

describe('the lines of an order that is paid later (C-DOC-07, C-VAT-03)', () => {
  it('keep their amounts when the rate does not change', () => {
    const lines = linesOf([chf(36_500)], '2025-07-01');
    expect(shiftLinesTo('2025-07-20', lines, swiss)).toEqual([
      { ...lines[0], periodStart: '2025-07-20', periodEnd: '2026-07-20' },
    ]);
    expect(shiftLinesTo('2025-07-01', lines, swiss)).toEqual(lines);
  });

  it('have the rates of the days of the new period, and the same total', () => {
    // The whole period has 7.7 %, and the payment moves 19 days of it after the change of the rate.
    const lines = linesOf([chf(36_500)], '2022-12-31');
    expect(ratesAndPeriods(lines)).toEqual([[770, '2022-12-31', '2023-12-31']]);
    const shifted = shiftLinesTo('2023-01-20', lines, swiss);
    expect(ratesAndPeriods(shifted)).toEqual([
      [770, '2023-01-20', '2024-01-01'],
      [810, '2024-01-01', '2024-01-20'],
    ]);
    expect(totalsOf(shifted, 'CHF').gross).toEqual(totalsOf(lines, 'CHF').gross);
    // 393.11 × 19 / 365 is 20.46, which contains 1.53 of VAT.
    expect(shifted[1]).toMatchObject({ net: 1_893, vat: 153 });
  });

  it('have no line with an empty period when the rate changed before the payment', () => {
    const lines = linesOf([chf(36_500)], '2023-12-20');
    expect(ratesAndPeriods(lines)).toHaveLength(2);
    const shifted = shiftLinesTo('2024-01-05', lines, swiss);
    expect(ratesAndPeriods(shifted)).toEqual([[810, '2024-01-05', '2025-01-05']]);
    expect(totalsOf(shifted, 'CHF').gross).toEqual(totalsOf(lines, 'CHF').gross);
  });

  it.each([
    ['standard', 770, 810],
    ['reduced', 250, 260],
    ['special', 370, 380],
  ] as const)(
    'of the class %s move from %s to %s basis points, rounded once per rate',
    (vatClass, oldRate, newRate) => {
      const lines = linesOf([chf(33_333), chf(1_001)], '2022-12-31', vatClass);
      expect(new Set(lines.map(({ vatBasisPoints }) => vatBasisPoints))).toEqual(new Set([oldRate]));
      const shifted = shiftLinesTo('2024-03-01', lines, swiss);
      expect(shifted.map(({ vatBasisPoints }) => vatBasisPoints)).toEqual([newRate, newRate]);
      const { net, vat, gross } = totalsOf(shifted, 'CHF');
      expect(gross).toEqual(totalsOf(lines, 'CHF').gross);
      expect(vat).toEqual(vatOf(net, newRate));
    },
  );

  it('outside of the Swiss territory keep their rate', () => {
    const [line] = linesOf([chf(36_500)], '2022-12-31');
    const shifted = shiftLinesTo('2024-03-01', [line!], { ...swiss, rateMethod: 'tax_point' });
    expect(shifted).toEqual([{ ...line, periodStart: '2024-03-01', periodEnd: '2025-03-01' }]);
  });
});
