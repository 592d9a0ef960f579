import { firstPeriod } from '@cordee/calendar/period';
import { daysOf, splitPeriodByRate, type RatedPeriod } from '@cordee/money/vat';
import { vatClassOf } from '@cordee/money/vat-rates';
import type { VatDecision } from '../vat/vat-decision.ts';
import type { DocumentLine } from './document-line.ts';
import { divide, roundedFraction, sum } from './minor-units.ts';

const BASIS_POINTS = 10_000;

/**
 * Shifts lines to the period that starts at the payment. The total stays, because a pro forma is binding until it
 * expires (C-DOC-07). In the Swiss territory, each day has the rate of that day (C-VAT-03): where the new period has
 * another rate or a change of the rate, the total of the product is divided by days and contains the VAT.
 */
export function shiftLinesTo(
  start: string,
  lines: readonly DocumentLine[],
  { territory, rateMethod }: Pick<VatDecision, 'territory' | 'rateMethod'>,
): DocumentLine[] {
  const shiftedLines: DocumentLine[] = [];
  const dividedLines = new Set<DocumentLine>();
  for (const linesOfProduct of Map.groupBy(lines, ({ productId }) => productId).values()) {
    const { interval, periodStart, vatBasisPoints, vatCategory } = linesOfProduct[0]!;
    if (!interval || !periodStart || periodStart === start) {
      shiftedLines.push(...linesOfProduct);
      continue;
    }
    const period = firstPeriod({ anchor: start, interval });
    const isByDay = rateMethod === 'by_day' && vatCategory === 'S';
    const parts = isByDay
      ? splitPeriodByRate({ territory: territory.code, vatClass: vatClassOf(territory.code, vatBasisPoints), period })
      : [];
    if (linesOfProduct.length === 1 && parts.every(({ rateBasisPoints }) => rateBasisPoints === vatBasisPoints)) {
      shiftedLines.push({ ...linesOfProduct[0]!, periodStart: period.start, periodEnd: period.end });
      continue;
    }
    for (const line of divideByDays(linesOfProduct, parts)) {
      dividedLines.add(line);
      shiftedLines.push(line);
    }
  }
  return withVatInTotal(shiftedLines, dividedLines);
}

/** Divides the total of a product by the days of the parts. The whole total is in `net`. */
function divideByDays(linesOfProduct: readonly DocumentLine[], parts: readonly RatedPeriod[]): DocumentLine[] {
  const total = sum(linesOfProduct.map(({ net, vat }) => net + vat));
  const totals = divide(total, parts.map(daysOf));
  return parts.map(({ start, end, rateBasisPoints }, index) => ({
    ...linesOfProduct[0]!,
    net: totals[index]!,
    vatBasisPoints: rateBasisPoints,
    vat: 0,
    periodStart: start,
    periodEnd: end,
  }));
}

/** Takes the VAT out of the totals of lines, rounded once per rate. Rates without divided lines stay as they are. */
function withVatInTotal(lines: readonly DocumentLine[], dividedLines: ReadonlySet<DocumentLine>): DocumentLine[] {
  const result = [...lines];
  for (const rate of new Set([...dividedLines].map(({ vatBasisPoints }) => vatBasisPoints))) {
    const linesOfRate = [...lines.entries()].filter(([, { vatBasisPoints }]) => vatBasisPoints === rate);
    const totals = linesOfRate.map(([, { net, vat }]) => net + vat);
    const vats = divide(roundedFraction(sum(totals), rate, BASIS_POINTS + rate), totals);
    for (const [position, [index, line]] of linesOfRate.entries())
      result[index] = { ...line, net: totals[position]! - vats[position]!, vat: vats[position]! };
  }
  return result;
}
