import { vatRateOn } from '@cordee/money/vat-rates';
import { divideVat, type DocumentLine, type NetLine } from '../documents/document-line.ts';
import { divide, roundedFraction, sum } from '../documents/minor-units.ts';
import type { VatDecision } from './vat-decision.ts';

const BASIS_POINTS = 10_000;

/**
 * Moves the tax point of a decision, and its lines to the rate of that day (DOC-7). The price of a pro forma is binding
 * until it expires, so the total stays: a higher rate takes a larger part of it.
 */
export function moveTaxPoint(
  decision: VatDecision,
  lines: readonly DocumentLine[],
  taxPoint: string,
): { vatDecision: VatDecision; lines: readonly DocumentLine[] } {
  const vatDecision = { ...decision, taxPoint };
  if (decision.rateMethod !== 'tax_point') return { vatDecision, lines };
  return { vatDecision, lines: withRate(lines, vatRateOn(decision.territory.code, 'standard', taxPoint)) };
}

/** Returns the lines of one rate with another rate and the same total. */
function withRate(lines: readonly DocumentLine[], vatBasisPoints: number): readonly DocumentLine[] {
  if (lines.every((line) => line.vatBasisPoints === vatBasisPoints)) return lines;
  const gross = sum(lines.map(({ net, vat }) => net + vat));
  const net = roundedFraction(gross, BASIS_POINTS, BASIS_POINTS + vatBasisPoints);
  const nets = divide(
    net,
    lines.map((line) => line.net),
  );
  const netLines = lines.map((line, index): NetLine => ({
    ...line,
    net: nets[index]!,
    vatBasisPoints,
    vatCategory: 'S',
  }));
  return divideVat(netLines, gross - net);
}
