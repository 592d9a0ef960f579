import { nthPeriod } from '@cordee/calendar/period';
import type { Interval } from '@cordee/contracts/products/product-type';
import { addMoney, allocateMoney, money, sumMoney, type Money } from '@cordee/money/money';
import { splitNetByRate, vatTotals, type VatTotals } from '@cordee/money/vat';
import type { VatClass } from '@cordee/money/vat-rates';
import type { BuyerCopy } from '../addresses/address.entity.ts';
import { isEuropeanVatNumber } from '../addresses/vat-number.ts';

/** A line as stored with its document. Amounts are in minor units. */
export interface DocumentLine {
  readonly productId: `prd_${string}` | null;
  readonly text: string;
  /** The cost centre of the product when the document was issued. */
  readonly costCentre: string | null;
  readonly interval: Interval | null;
  readonly net: number;
  readonly vatBasisPoints: number;
  /** The share of the line in the VAT of its rate. The VAT is rounded once per rate. */
  readonly vat: number;
  readonly periodStart: string | null;
  readonly periodEnd: string | null;
}

/** A line without its VAT. */
export type NetLine = Omit<DocumentLine, 'vat'>;

/** A product to invoice. `price` is net. */
interface SoldProduct {
  readonly productId: `prd_${string}`;
  readonly text: string;
  readonly costCentre: string | null;
  readonly interval: Interval;
  readonly price: Money;
  readonly vatClass: VatClass;
}

/**
 * True when the buyer owes the VAT: an EU business with a VAT number of its billing country (DOC-7). Greek VAT numbers
 * have the prefix EL.
 */
export const isReverseCharged = ({ country, vatNumber }: BuyerCopy): boolean =>
  isEuropeanVatNumber(vatNumber) && vatNumber!.startsWith(country === 'GR' ? 'EL' : country);

/** Creates the lines of a product for a period: one line per VAT rate that applies in the period. */
export function linesFor(
  product: SoldProduct,
  period: { start: string; end: string },
  sellerCountry: string,
  buyer: BuyerCopy,
): NetLine[] {
  const { productId, text, costCentre, interval, price, vatClass } = product;
  const lineFields = { productId, text, costCentre, interval, net: price.amount };
  if (isReverseCharged(buyer))
    return [{ ...lineFields, vatBasisPoints: 0, periodStart: period.start, periodEnd: period.end }];
  return splitNetByRate(price, { country: sellerCountry, vatClass, period }).map(
    ({ net, rateBasisPoints, start, end }) => ({
      ...lineFields,
      net: net.amount,
      vatBasisPoints: rateBasisPoints,
      periodStart: start,
      periodEnd: end,
    }),
  );
}

/** Adds the VAT to lines. The VAT is rounded once per rate and divided among the lines of the rate. */
export function withVat<C extends string>(lines: readonly NetLine[], currency: C): DocumentLine[] {
  const { rates } = vatTotals(
    lines.map(({ net, vatBasisPoints }) => ({ net: money(net, currency), rateBasisPoints: vatBasisPoints })),
    currency,
  );
  const taxedLines = lines.map((line) => ({ ...line, vat: 0 }));
  for (const { rateBasisPoints, vat } of rates) {
    const linesOfRate = taxedLines.filter((line) => line.vatBasisPoints === rateBasisPoints);
    if (vat.amount === 0) continue;
    const parts = allocateMoney(
      vat,
      linesOfRate.map(({ net }) => net),
    );
    for (const [index, line] of linesOfRate.entries()) line.vat = parts[index]!.amount;
  }
  return taxedLines;
}

/** The totals of a document, as sums of its lines. `rates` is sorted from the highest to the lowest rate. */
export function totalsOf<C extends string>(lines: readonly DocumentLine[], currency: C): VatTotals<C> {
  const sumOf = (part: readonly DocumentLine[], amountOf: (line: DocumentLine) => number): Money<C> =>
    sumMoney(
      part.map((line) => money(amountOf(line), currency)),
      currency,
    );
  const totalOf = (part: readonly DocumentLine[]) => {
    const net = sumOf(part, (line) => line.net);
    const vat = sumOf(part, (line) => line.vat);
    return { net, vat, gross: addMoney(net, vat) };
  };
  const rates = [...new Set(lines.map(({ vatBasisPoints }) => vatBasisPoints))]
    .toSorted((left, right) => right - left)
    .map((rateBasisPoints) => ({
      rateBasisPoints,
      ...totalOf(lines.filter((line) => line.vatBasisPoints === rateBasisPoints)),
    }));
  return { rates, ...totalOf(lines) };
}

/**
 * Shifts lines to the period that starts at the payment. Prices and rates do not change, because a pro forma is binding
 * until it expires (C-DOC-07). The date on which the VAT rate changes inside the period does not shift.
 */
export function shiftLinesTo(start: string, lines: readonly DocumentLine[]): DocumentLine[] {
  return lines.map((line) => {
    if (!line.interval || !line.periodStart || !line.periodEnd) return line;
    const firstPeriodIndex = 0;
    const period = nthPeriod({ anchor: start, interval: line.interval }, firstPeriodIndex);
    const linesOfProduct = lines.filter(({ productId }) => productId === line.productId);
    const clampToPeriod = (date: string): string =>
      date < period.start ? period.start : date > period.end ? period.end : date;
    return {
      ...line,
      periodStart: line === linesOfProduct[0] ? period.start : clampToPeriod(line.periodStart),
      periodEnd: line === linesOfProduct.at(-1) ? period.end : clampToPeriod(line.periodEnd),
    };
  });
}

export const productIdsOf = (lines: readonly DocumentLine[]): `prd_${string}`[] => [
  ...new Set(lines.flatMap(({ productId }) => productId ?? [])),
];

/** Returns the common interval of the lines; null when the lines have different intervals. */
export function intervalOf(lines: readonly DocumentLine[]): Interval | null {
  const intervals = new Set(lines.map(({ interval }) => interval));
  return intervals.size === 1 ? [...intervals][0]! : null;
}
