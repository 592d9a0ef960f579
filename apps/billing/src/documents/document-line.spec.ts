import { describe, expect, it } from '@jest/globals';
import { money } from '@cordee/money/money';
import { moveTaxPoint } from '../vat/move-tax-point.ts';
import { decisionOfEarlierVersion, type VatDecision } from '../vat/vat-decision.ts';
import { linesFor, totalsOf, withVat } from './document-line.ts';

const decision = decisionOfEarlierVersion(false, '2023-07-01');
const product = {
  productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
  text: 'Web hosting',
  costCentre: null,
  interval: 'yearly',
  price: money(36_500, 'CHF'),
  vatClass: 'standard',
} as const;

describe('lines of a document', () => {
  it('are split at a change of the VAT rate and add up', () => {
    const lines = withVat(linesFor(product, { start: '2023-07-01', end: '2024-07-01' }, decision), 'CHF');
    expect(lines).toMatchObject([
      { vatBasisPoints: 770, periodStart: '2023-07-01', periodEnd: '2024-01-01' },
      { vatBasisPoints: 810, periodStart: '2024-01-01', periodEnd: '2024-07-01' },
    ]);
    expect(totalsOf(lines, 'CHF').net).toEqual(money(36_500, 'CHF'));
  });

  it('outside of the Swiss territory have one rate: that of the tax point, or none', () => {
    const linesOf = (fields: Partial<VatDecision>) =>
      linesFor(product, { start: '2025-06-01', end: '2026-06-01' }, { ...decision, ...fields });
    const territory = { code: 'EE', state: 'EE', area: 'eu' } as const;
    const inEstonia = { territory, rateMethod: 'tax_point' } as const;
    const wholePeriod = { net: 36_500, periodStart: '2025-06-01', periodEnd: '2026-06-01' };
    expect(linesOf({ ...inEstonia, taxPoint: '2025-06-30' })).toMatchObject([
      { ...wholePeriod, vatBasisPoints: 2_200, vatCategory: 'S' },
    ]);
    expect(linesOf({ ...inEstonia, taxPoint: '2025-07-01' })).toMatchObject([
      { ...wholePeriod, vatBasisPoints: 2_400 },
    ]);
    expect(linesOf({ territory, rateMethod: 'none', category: 'AE' })).toMatchObject([
      { ...wholePeriod, vatBasisPoints: 0, vatCategory: 'AE' },
    ]);
  });

  it('keep their total when the tax point moves to another rate', () => {
    const estonian: VatDecision = {
      ...decision,
      territory: { code: 'EE', state: 'EE', area: 'eu' },
      rateMethod: 'tax_point',
      taxPoint: '2025-06-30',
    };
    const period = { start: '2025-06-01', end: '2026-06-01' };
    const lines = withVat(
      [333, 10_001, 20_000].flatMap((amount) =>
        linesFor({ ...product, price: money(amount, 'CHF') }, period, estonian),
      ),
      'CHF',
    );
    const moved = moveTaxPoint(estonian, lines, '2025-07-01');
    expect(moved.vatDecision.taxPoint).toBe('2025-07-01');
    expect(moved.lines.map(({ vatBasisPoints }) => vatBasisPoints)).toEqual([2_400, 2_400, 2_400]);
    const [before, after] = [totalsOf(lines, 'CHF'), totalsOf(moved.lines, 'CHF')];
    expect(before).toMatchObject({ vat: money(6_673, 'CHF'), gross: money(37_007, 'CHF') });
    // 370.07 / 1.24 is 298.44.
    expect(after).toMatchObject({ net: money(29_844, 'CHF'), vat: money(7_163, 'CHF'), gross: money(37_007, 'CHF') });
    // The rate is the same, so the lines are the same.
    expect(moveTaxPoint(estonian, lines, '2025-06-01').lines).toBe(lines);
  });
});
