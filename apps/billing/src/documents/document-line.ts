import { nthPeriod } from '@cordee/calendar/period';
import type { Interval } from '@cordee/contracts/products/product-type';
import { money, type Money } from '@cordee/money/money';
import { splitNetByRate, vatTotals, type VatTotals } from '@cordee/money/vat';
import type { VatClass } from '@cordee/money/vat-rates';
import type { BuyerCopy } from '../addresses/address.entity.ts';
import { isEuropeanVatNumber } from '../addresses/vat-number.ts';

/** A line as it is stored with its document. */
export interface DocumentLine {
  readonly productId: `prd_${string}` | null;
  readonly text: string;
  readonly interval: Interval | null;
  readonly net: number;
  readonly vatBasisPoints: number;
  readonly periodStart: string | null;
  readonly periodEnd: string | null;
}

/** What is sold, before VAT. */
export interface SoldProduct {
  readonly productId: `prd_${string}`;
  readonly text: string;
  readonly interval: Interval;
  readonly price: Money;
  readonly vatClass: VatClass;
}

/** The buyer owes the VAT where they are: only businesses of the European Union, by a number of the country they are billed in (DOC-6). */
export const isReverseCharged = ({ country, vatNumber }: BuyerCopy): boolean =>
  isEuropeanVatNumber(vatNumber) && vatNumber!.slice(0, 2) === (country === 'GR' ? 'EL' : country);

/** The lines of a product for a period, one for each rate that holds in it. */
export function linesFor(
  product: SoldProduct,
  period: { start: string; end: string },
  sellerCountry: string,
  buyer: BuyerCopy,
): DocumentLine[] {
  const { productId, text, interval, price, vatClass } = product;
  const line = { productId, text, interval, net: price.amount };
  if (isReverseCharged(buyer))
    return [{ ...line, vatBasisPoints: 0, periodStart: period.start, periodEnd: period.end }];
  return splitNetByRate(price, { country: sellerCountry, vatClass, period }).map(
    ({ net, rateBasisPoints, start, end }) => ({
      ...line,
      net: net.amount,
      vatBasisPoints: rateBasisPoints,
      periodStart: start,
      periodEnd: end,
    }),
  );
}

/** Totals of a document, VAT rounded once per rate. */
export const totalsOf = <C extends string>(lines: readonly DocumentLine[], currency: C): VatTotals<C> =>
  vatTotals(
    lines.map(({ net, vatBasisPoints }) => ({ net: money(net, currency), rateBasisPoints: vatBasisPoints })),
    currency,
  );

/**
 * Moves lines to the period that starts when they are paid. Prices and rates stay those of the pro forma: it is honoured until the date it
 * is valid to (C-DOC-07). Where a rate changes inside the period, the date of the change stays where the law put it.
 */
export function movedTo(start: string, lines: readonly DocumentLine[]): DocumentLine[] {
  return lines.map((line) => {
    if (!line.interval || !line.periodStart || !line.periodEnd) return line;
    const whole = nthPeriod({ anchor: start, interval: line.interval }, 0);
    const pieces = lines.filter(({ productId }) => productId === line.productId);
    const clamp = (date: string): string => (date < whole.start ? whole.start : date > whole.end ? whole.end : date);
    return {
      ...line,
      periodStart: line === pieces[0] ? whole.start : clamp(line.periodStart),
      periodEnd: line === pieces.at(-1) ? whole.end : clamp(line.periodEnd),
    };
  });
}

/** The products of a document, each once. */
export const productIdsOf = (lines: readonly DocumentLine[]): `prd_${string}`[] => [
  ...new Set(lines.flatMap(({ productId }) => productId ?? [])),
];

/** The interval of a document's lines; null when they differ. */
export function intervalOf(lines: readonly DocumentLine[]): Interval | null {
  const intervals = new Set(lines.map(({ interval }) => interval));
  return intervals.size === 1 ? [...intervals][0]! : null;
}
