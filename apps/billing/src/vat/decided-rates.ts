import { ratesOf, type VatClass } from '@cordee/money/vat-rates';
import type { NetLine } from '../documents/document-line.ts';
import type { VatDecision } from './vat-decision.ts';

const classes: readonly VatClass[] = ['standard', 'reduced', 'special'];

/** Adds the rates of the lines of the document to its decision. */
export function withRatesOf(decision: VatDecision, lines: readonly NetLine[]): VatDecision {
  // Lines outside of the scope of VAT are never on a document with other lines (DOC-8).
  if (lines.some(({ vatCategory }) => vatCategory !== decision.category))
    throw new Error(`a document of the category ${decision.category} has a line of another category`);
  const taxedLines = lines.filter(({ vatCategory }) => vatCategory === 'S');
  const basisPoints = [...new Set(taxedLines.map(({ vatBasisPoints }) => vatBasisPoints))];
  const rates = basisPoints
    .toSorted((left, right) => right - left)
    .map((rate) => ({ basisPoints: rate, firstDay: firstDayOf(decision, rate) }));
  return { ...decision, rates };
}

/** The first day of the newest period of the rate; null for a rate that is not in the list any more. */
function firstDayOf({ territory }: VatDecision, basisPoints: number): string | null {
  const rates = classes.flatMap((vatClass) => ratesOf(territory.code, vatClass));
  const days = rates.filter((rate) => rate.basisPoints === basisPoints).map(({ firstDay }) => firstDay);
  return days.toSorted().at(-1) ?? null;
}
