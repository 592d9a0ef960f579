import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addMoney, money, sumMoney, zero } from './money.ts';
import { formatVatRate, vatRateOn } from './vat-rates.ts';
import { splitNetByRate, splitPeriodByRate, vatOf, vatTotals } from './vat.ts';

const chf = (amount: number) => money(amount, 'CHF');

describe('VAT', () => {
  it.each([
    ['CH', 'standard', '2018-01-01', 770],
    ['CH', 'standard', '2023-12-31', 770],
    ['CH', 'standard', '2024-01-01', 810],
    ['CH', 'standard', '2026-11-22', 810],
    ['CH', 'reduced', '2023-12-31', 250],
    ['CH', 'reduced', '2024-01-01', 260],
    ['CH', 'special', '2023-12-31', 370],
    ['CH', 'special', '2024-01-01', 380],
  ] as const)('in %s at the %s rate is, on %s, %d basis points', (territory, vatClass, day, rate) => {
    expect(vatRateOn(territory, vatClass, day)).toBe(rate);
  });

  it('has no rate before the first rate and in a territory without rates', () => {
    expect(() => vatRateOn('CH', 'standard', '2017-12-31')).toThrow(
      expect.objectContaining({ code: 'VAT_RATE_UNKNOWN' }),
    );
    expect(() => vatRateOn('US', 'standard', '2026-01-01')).toThrow(
      expect.objectContaining({ code: 'VAT_RATE_UNKNOWN' }),
    );
  });

  it('splits a period on the day of a rate change, unless that day is the first or the end day', () => {
    const split = (start: string, end: string) =>
      splitPeriodByRate({ territory: 'CH', vatClass: 'standard', period: { start, end } });
    expect(split('2023-07-01', '2024-07-01')).toEqual([
      { start: '2023-07-01', end: '2024-01-01', rateBasisPoints: 770 },
      { start: '2024-01-01', end: '2024-07-01', rateBasisPoints: 810 },
    ]);
    expect(split('2023-01-01', '2024-01-01')).toEqual([
      { start: '2023-01-01', end: '2024-01-01', rateBasisPoints: 770 },
    ]);
    expect(split('2024-01-01', '2025-01-01')).toEqual([
      { start: '2024-01-01', end: '2025-01-01', rateBasisPoints: 810 },
    ]);
  });

  it('allocates the net amount of a split period in proportion to the days of its parts', () => {
    const service = {
      territory: 'CH',
      vatClass: 'standard',
      period: { start: '2023-12-31', end: '2024-01-03' },
    } as const;
    expect(splitNetByRate(chf(100), service).map(({ net }) => net.amount)).toEqual([33, 67]);
  });

  it('is rounded once per rate and document, not per line', () => {
    // 8.1 % of one line of 0.06 is 0.00486, rounded to 0.00. 8.1 % of the sum 0.18 is 0.01458, rounded to 0.01.
    const lines = [6, 6, 6].map((amount) => ({ net: chf(amount), rateBasisPoints: 810 }));
    expect(vatTotals(lines, 'CHF').vat).toEqual(chf(1));
  });

  it('has totals per rate, starting with the highest rate, and per document', () => {
    const totals = vatTotals(
      [
        { net: chf(1000), rateBasisPoints: 260 },
        { net: chf(10_000), rateBasisPoints: 810 },
        { net: chf(5), rateBasisPoints: 810 },
        { net: chf(700), rateBasisPoints: 0 },
      ],
      'CHF',
    );
    expect(totals).toEqual({
      rates: [
        { rateBasisPoints: 810, net: chf(10_005), vat: chf(810), gross: chf(10_815) },
        { rateBasisPoints: 260, net: chf(1000), vat: chf(26), gross: chf(1026) },
        { rateBasisPoints: 0, net: chf(700), vat: chf(0), gross: chf(700) },
      ],
      net: chf(11_705),
      vat: chf(836),
      gross: chf(12_541),
    });
    expect(vatTotals([], 'CHF').gross).toEqual(zero('CHF'));
  });

  it.each([
    [50, 810, 4],
    [500, 810, 41],
    [-500, 810, -41],
    [250, 260, 7],
    [199_475, 770, 15_360],
  ])('on a net amount of %d at %d basis points is %d, rounded half away from zero', (net, rate, vat) => {
    expect(vatOf(chf(net), rate)).toEqual(chf(vat));
  });

  it('has rates that are formatted by language', () => {
    expect(['de', 'fr', 'it', 'en', 'es'].map((locale) => formatVatRate(810, locale))).toEqual([
      '8.1 %',
      '8,1 %',
      '8.1 %',
      '8.1 %',
      '8,1 %',
    ]);
    expect(formatVatRate(2000, 'en')).toBe('20 %');
  });

  const nets = fc.integer({ min: 0, max: 10 ** 9 });

  it('plus net is gross, rate totals add up to the document, and negated lines negate the gross', () => {
    const line = fc.record({ net: nets.map(chf), rateBasisPoints: fc.constantFrom(0, 260, 380, 810) });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const totals = vatTotals(lines, 'CHF');
        expect(addMoney(totals.net, totals.vat)).toEqual(totals.gross);
        expect(
          sumMoney(
            totals.rates.map(({ gross }) => gross),
            'CHF',
          ),
        ).toEqual(totals.gross);
        expect(
          sumMoney(
            lines.map(({ net }) => net),
            'CHF',
          ),
        ).toEqual(totals.net);
        const creditNote = vatTotals(
          lines.map(({ net, rateBasisPoints }) => ({ net: chf(-net.amount), rateBasisPoints })),
          'CHF',
        );
        expect(creditNote.gross.amount + totals.gross.amount).toBe(0);
      }),
    );
  });

  it('splits a period without a gap, and the net amounts of the parts add up', () => {
    const days = fc
      .date({ min: new Date('2019-01-01'), max: new Date('2026-12-30'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    fc.assert(
      fc.property(days, days, nets, (first, second, net) => {
        const [start, end] = first < second ? [first, second] : [second, first];
        if (start === end) return;
        const parts = splitNetByRate(chf(net), { territory: 'CH', vatClass: 'standard', period: { start, end } });
        expect(
          sumMoney(
            parts.map((part) => part.net),
            'CHF',
          ),
        ).toEqual(chf(net));
        expect([start, ...parts.map((part) => part.end)]).toEqual([...parts.map((part) => part.start), end]);
      }),
    );
  });
});
