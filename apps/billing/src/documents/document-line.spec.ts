import { describe, expect, it } from '@jest/globals';
import { money } from '@cordee/money/money';
import { isReverseCharged, linesFor, shiftLinesTo, totalsOf, withVat } from './document-line.ts';

const buyer = {
  name: 'A',
  street: 'B',
  buildingNumber: null,
  postalCode: '1',
  town: 'C',
  country: 'CH',
  vatNumber: null,
};
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
    const lines = withVat(linesFor(product, { start: '2023-07-01', end: '2024-07-01' }, 'CH', buyer), 'CHF');
    expect(lines).toMatchObject([
      { vatBasisPoints: 770, periodStart: '2023-07-01', periodEnd: '2024-01-01' },
      { vatBasisPoints: 810, periodStart: '2024-01-01', periodEnd: '2024-07-01' },
    ]);
    expect(totalsOf(lines, 'CHF').net).toEqual(money(36_500, 'CHF'));
  });

  it('shift to the payment date and keep amounts and rates; a rate change inside the period keeps its date', () => {
    const lines = withVat(linesFor(product, { start: '2023-07-01', end: '2024-07-01' }, 'CH', buyer), 'CHF');
    expect(shiftLinesTo('2023-07-20', lines).map(({ periodStart, periodEnd }) => [periodStart, periodEnd])).toEqual([
      ['2023-07-20', '2024-01-01'],
      ['2024-01-01', '2024-07-20'],
    ]);
    // The rate changed before the payment date, so the first line keeps its amount with an empty period.
    expect(shiftLinesTo('2024-01-05', lines).map(({ periodStart, periodEnd }) => [periodStart, periodEnd])).toEqual([
      ['2024-01-05', '2024-01-05'],
      ['2024-01-05', '2025-01-05'],
    ]);
    expect(totalsOf(shiftLinesTo('2024-01-05', lines), 'CHF')).toEqual(totalsOf(lines, 'CHF'));
  });

  it.each([
    ['FR', 'FR40303265045', true],
    ['GR', 'EL123456789', true],
    ['FR', null, false],
    ['DE', 'FR40303265045', false],
    ['CH', 'CHE-123.456.788 MWST', false],
    ['US', 'FR40303265045', false],
  ])('of a buyer in %s with VAT number %s have reverse charge: %s', (country, vatNumber, isReverseCharge) => {
    expect(isReverseCharged({ ...buyer, country, vatNumber })).toBe(isReverseCharge);
    expect(
      linesFor(product, { start: '2026-01-01', end: '2027-01-01' }, 'CH', { ...buyer, country, vatNumber }),
    ).toMatchObject([{ vatBasisPoints: isReverseCharge ? 0 : 810, net: 36_500 }]);
  });
});
