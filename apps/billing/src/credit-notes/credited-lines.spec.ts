import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@cordee/contracts/domain-error';
import fc from 'fast-check';
import { withVat, type DocumentLine } from '../documents/document-line.ts';
import { roundToCash } from '../seller/cash-rounding.ts';
import { creditedLines, creditedParts, grossOf, type CreditedLine, type CreditRequest } from './credited-lines.ts';

const line = (net: number, vatBasisPoints = 810) => ({
  productId: null,
  text: 'Web hosting',
  interval: null,
  net,
  vatBasisPoints,
  vatCategory: 'S' as const,
  costCentre: null,
  periodStart: null,
  periodEnd: null,
});
const invoice = (...lines: ReturnType<typeof line>[]): DocumentLine[] => withVat(lines, 'CHF');
const totalOf = (lines: readonly DocumentLine[]) => ({
  net: lines.reduce((sum, { net }) => sum + net, 0),
  vat: lines.reduce((sum, { vat }) => sum + vat, 0),
});
const subtractCredited = (
  remainingLines: readonly DocumentLine[],
  creditLines: readonly CreditedLine[],
): DocumentLine[] =>
  remainingLines.map((each, position) => {
    const parts = creditLines.filter(({ creditedPosition }) => creditedPosition === position);
    return { ...each, net: each.net - totalOf(parts).net, vat: each.vat - totalOf(parts).vat };
  });

describe('the lines of a credit note', () => {
  it('equal the lines of the invoice when everything is credited', () => {
    const lines = invoice(line(10_800), line(999, 260));
    expect(creditedLines(lines, {})).toEqual([
      { ...lines[0], creditedPosition: 0 },
      { ...lines[1], creditedPosition: 1 },
    ]);
  });

  it('of three thirds add up to the invoice', () => {
    let remainingLines = invoice(line(1_000));
    const vats: number[] = [];
    for (const net of [333, 333, 334]) {
      const creditLines = creditedLines(remainingLines, { lines: [{ position: 0, net }] });
      vats.push(totalOf(creditLines).vat);
      remainingLines = subtractCredited(remainingLines, creditLines);
    }
    // The VAT of the invoice is 81.
    expect(vats).toEqual([27, 27, 27]);
    expect(totalOf(remainingLines)).toEqual({ net: 0, vat: 0 });
  });

  it('have no VAT any more when earlier rounded parts have used it up', () => {
    let remainingLines = invoice(line(100));
    const vats: number[] = [];
    for (let part = 0; part < 10; part += 1) {
      const creditLines = creditedLines(remainingLines, { lines: [{ position: 0, net: 10 }] });
      vats.push(totalOf(creditLines).vat);
      remainingLines = subtractCredited(remainingLines, creditLines);
    }
    expect(vats).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
  });

  it('are only the requested lines, also when another line has VAT but no net left', () => {
    const [first, second] = invoice(line(100), line(200));
    const remainingLines = [{ ...first!, net: 0, vat: 1 }, second!];
    expect(creditedLines(remainingLines, { lines: [{ position: 1 }] }).map((each) => each.creditedPosition)).toEqual([
      1,
    ]);
    expect(creditedLines(remainingLines, { lines: [{ position: 0 }] })).toMatchObject([{ net: 0, vat: 1 }]);
    const linesWithoutRest = [{ ...first!, net: 0, vat: 0 }, second!];
    expect(() => creditedLines(linesWithoutRest, { lines: [{ position: 0 }] })).toThrow('line 0');
  });

  it('divide a gross amount among the rates', () => {
    const lines = invoice(line(10_000), line(10_000, 260));
    const creditLines = creditedLines(lines, { amount: 10_535 });
    expect(creditLines.map(({ net, vat, vatBasisPoints }) => [vatBasisPoints, net + vat])).toEqual([
      [810, 5_405],
      [260, 5_130],
    ]);
    expect(creditLines.map(({ net, vat }) => [net, vat])).toEqual([
      [5_000, 405],
      [5_000, 130],
    ]);
  });

  it.each<[CreditRequest, string]>([
    [{ amount: 10_811 }, 'CREDIT_TOO_HIGH'],
    [{ lines: [{ position: 0, net: 10_001 }] }, 'CREDIT_TOO_HIGH'],
    [
      {
        lines: [
          { position: 0, net: 6_000 },
          { position: 0, net: 4_001 },
        ],
      },
      'CREDIT_TOO_HIGH',
    ],
    [{ lines: [{ position: 1 }] }, 'LINE_UNKNOWN'],
    [{ lines: [{ position: 0 }], amount: 1 }, 'CREDIT_AMBIGUOUS'],
  ])('are refused for %j with %s', (request, code) => {
    expect(() => creditedLines(invoice(line(10_000)), request)).toThrow(expect.objectContaining({ code }));
  });

  it('never exceed a line and add up to the invoice, in any sequence of parts', () => {
    const rate = fc.constantFrom(0, 260, 380, 810, 2_500);
    const lines = fc.array(fc.record({ net: fc.integer({ min: 1, max: 5_000 }), rate }), {
      minLength: 1,
      maxLength: 6,
    });
    const part = fc.record({ byAmount: fc.boolean(), size: fc.integer({ min: 1, max: 4_000 }), pick: fc.nat(5) });
    fc.assert(
      fc.property(lines, fc.array(part, { maxLength: 12 }), (items, parts) => {
        const whole = invoice(...items.map(({ net, rate: vatBasisPoints }) => line(net, vatBasisPoints)));
        let remainingLines: DocumentLine[] = whole;
        const allParts: CreditedLine[] = [];
        const credit = (request: CreditRequest): void => {
          const creditLines = creditedLines(remainingLines, request);
          remainingLines = subtractCredited(remainingLines, creditLines);
          allParts.push(...creditLines);
          for (const { net, vat } of remainingLines) {
            expect(net).toBeGreaterThanOrEqual(0);
            expect(vat).toBeGreaterThanOrEqual(0);
          }
        };
        for (const { byAmount, size, pick } of parts) {
          const restTotals = totalOf(remainingLines);
          if (restTotals.net + restTotals.vat === 0) break;
          const position = pick % whole.length;
          const { net } = remainingLines[position]!;
          if (byAmount) {
            const amount = Math.min(size, restTotals.net + restTotals.vat);
            credit({ amount });
            const totalsAfter = totalOf(remainingLines);
            expect(restTotals.net + restTotals.vat - totalsAfter.net - totalsAfter.vat).toBe(amount);
          } else if (net > 0) credit({ lines: [{ position, net: Math.min(size, net) }] });
        }
        credit({});
        expect(totalOf(remainingLines)).toEqual({ net: 0, vat: 0 });
        expect(totalOf(allParts)).toEqual(totalOf(whole));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the parts of a credit with cash rounding (C-MON-04)', () => {
  it('add up to the total, each with lines and an amount, in any sequence of parts', () => {
    const nets = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 4 });
    const part = fc.record({ byAmount: fc.boolean(), size: fc.integer({ min: 1, max: 900 }), pick: fc.nat(3) });
    fc.assert(
      fc.property(nets, fc.constantFrom(5, 10, 100, 1_000), fc.array(part, { maxLength: 8 }), (items, step, parts) => {
        let remainingLines: DocumentLine[] = invoice(...items.map((net) => line(net)));
        let rest = roundToCash(grossOf(remainingLines), 'CHF', new Map([['CHF', step]]));
        if (rest === 0) return;
        const credit = (request: CreditRequest): void => {
          const { lines, rounding } = creditedParts(remainingLines, rest - grossOf(remainingLines), request);
          const amount = grossOf(lines) + rounding;
          if (request.amount !== undefined) expect(amount).toBe(request.amount);
          expect(lines.length).toBeGreaterThan(0);
          expect(amount).toBeGreaterThan(0);
          remainingLines = subtractCredited(remainingLines, lines);
          rest -= amount;
          expect(rest > 0).toBe(grossOf(remainingLines) > 0);
        };
        for (const { byAmount, size, pick } of parts) {
          if (rest === 0) return;
          const position = pick % items.length;
          try {
            credit(byAmount ? { amount: size } : { lines: [{ position, net: size }] });
          } catch (error) {
            if (!(error instanceof DomainError)) throw error;
            expect(error.code).toBe('CREDIT_TOO_HIGH');
          }
        }
        if (rest > 0) credit({});
        expect([rest, grossOf(remainingLines)]).toEqual([0, 0]);
      }),
      { numRuns: 1_000 },
    );
  });
});
