import type { VatTotal } from '@cordee/contracts/billing/document-line';
import type { DocumentFigures } from '@cordee/contracts/billing/document-events';
import type { Currency, MoneyValue } from '@cordee/contracts/values';
import type * as z from 'zod';
import { totalsOf, type DocumentLine } from './document-line.ts';

/** The stored fields of a document that bookkeeping needs. Amounts are in minor units. */
interface StoredFigures {
  readonly number: string;
  readonly issuedOn: string;
  readonly currency: Currency;
  readonly net: number;
  readonly vat: number;
  readonly total: number;
}

/** Returns the figures of a document for its events. */
export function figuresOf(
  { number, issuedOn, currency, net, vat, total }: StoredFigures,
  dates: Pick<z.input<typeof DocumentFigures>, 'dueOn' | 'servicePeriod'>,
  lines: readonly DocumentLine[],
): z.input<typeof DocumentFigures> {
  const toMoney = (amount: number): MoneyValue => ({ amount, currency });
  return {
    number,
    issuedOn,
    ...dates,
    net: toMoney(net),
    vat: toMoney(vat),
    total: toMoney(total),
    vatTotals: vatTotalsOf(lines, currency),
    costCentres: costCentreTotalsOf(lines, currency),
  };
}

/** Returns net and VAT of the lines per rate, the highest rate first. */
export const vatTotalsOf = (lines: readonly DocumentLine[], currency: Currency): z.output<typeof VatTotal>[] =>
  totalsOf(lines, currency).rates.map(({ rateBasisPoints, net, vat }) => ({
    rate: String(rateBasisPoints / 100),
    // The lines of a document with one rate have one category.
    category: lines.find(({ vatBasisPoints }) => vatBasisPoints === rateBasisPoints)!.vatCategory,
    net: { amount: net.amount, currency },
    vat: { amount: vat.amount, currency },
  }));

/** Returns net and VAT of the lines per cost centre; nothing when no line has a cost centre. */
function costCentreTotalsOf(
  lines: readonly DocumentLine[],
  currency: Currency,
): NonNullable<z.input<typeof DocumentFigures>['costCentres']> {
  if (lines.every(({ costCentre }) => costCentre === null)) return [];
  return [...new Set(lines.map(({ costCentre }) => costCentre))].map((costCentre) => {
    const { net, vat } = totalsOf(
      lines.filter((line) => line.costCentre === costCentre),
      currency,
    );
    return { costCentre, net: { amount: net.amount, currency }, vat: { amount: vat.amount, currency } };
  });
}

/** Returns the period of all lines together, whose `end` is exclusive; null when no line has a period. */
export function servicePeriodOf(lines: readonly DocumentLine[]): { start: string; end: string } | null {
  const start = lines.flatMap(({ periodStart }) => periodStart ?? []).sort()[0];
  const end = lines
    .flatMap(({ periodEnd }) => periodEnd ?? [])
    .sort()
    .at(-1);
  return start && end ? { start, end } : null;
}
