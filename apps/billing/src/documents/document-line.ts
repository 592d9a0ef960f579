import type { Interval, VatClass } from '@cordee/contracts/products/product-type';
import { addMoney, money, sumMoney, type Money } from '@cordee/money/money';
import { splitNetByRate, vatTotals, type VatTotals } from '@cordee/money/vat';
import { vatRateOn } from '@cordee/money/vat-rates';
import type { VatCategory, VatDecision } from '../vat/vat-decision.ts';
import { divide } from './minor-units.ts';

/** A line as stored with its document. Amounts are in minor units. */
export interface DocumentLine {
  readonly productId: `prd_${string}` | null;
  readonly text: string;
  /** The cost centre of the product when the document was issued. */
  readonly costCentre: string | null;
  readonly interval: Interval | null;
  readonly net: number;
  readonly vatBasisPoints: number;
  readonly vatCategory: VatCategory;
  /** The share of the line in the VAT of its rate. The VAT is rounded once per rate. */
  readonly vat: number;
  readonly periodStart: string | null;
  readonly periodEnd: string | null;
}

/** A line without its VAT. */
export type NetLine = Omit<DocumentLine, 'vat'>;

/** A product to invoice. `price` is net. */
export interface SoldProduct {
  readonly productId: `prd_${string}`;
  readonly text: string;
  readonly costCentre: string | null;
  readonly interval: Interval;
  readonly price: Money;
  readonly vatClass: VatClass;
}

/**
 * Creates the lines of a product for a period. In the Swiss territory there is one line per VAT rate that applies in
 * the period, elsewhere one line.
 */
export function linesFor(
  product: SoldProduct,
  period: { start: string; end: string },
  { territory, category: vatCategory, rateMethod, taxPoint }: VatDecision,
): NetLine[] {
  const { productId, text, costCentre, interval, price, vatClass } = product;
  const lineFields = { productId, text, costCentre, interval, net: price.amount, vatCategory };
  if (vatClass === 'out_of_scope')
    return [{ ...lineFields, vatCategory: 'O', vatBasisPoints: 0, periodStart: period.start, periodEnd: period.end }];
  if (rateMethod !== 'by_day') {
    // The standard rate applies to all products: hosting is an electronic service, whatever its class in Switzerland.
    const vatBasisPoints = rateMethod === 'none' ? 0 : vatRateOn(territory.code, 'standard', taxPoint);
    return [{ ...lineFields, vatBasisPoints, periodStart: period.start, periodEnd: period.end }];
  }
  return splitNetByRate(price, { territory: territory.code, vatClass, period }).map(
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
  const taxedLines = new Map<NetLine, DocumentLine>();
  for (const { rateBasisPoints, vat } of rates) {
    const linesOfRate = lines.filter((line) => line.vatBasisPoints === rateBasisPoints);
    for (const [index, line] of divideVat(linesOfRate, vat.amount).entries()) taxedLines.set(linesOfRate[index]!, line);
  }
  return lines.map((line) => taxedLines.get(line)!);
}

/** Divides the VAT of lines with one rate among them, in proportion to their net amounts. */
export function divideVat(lines: readonly NetLine[], vat: number): DocumentLine[] {
  if (vat === 0) return lines.map((line) => ({ ...line, vat: 0 }));
  const parts = divide(
    vat,
    lines.map(({ net }) => net),
  );
  return lines.map((line, index) => ({ ...line, vat: parts[index]! }));
}

/** The totals of a document, as sums of its lines. `rates` is sorted from the highest to the lowest rate. */
export function totalsOf<C extends string>(lines: readonly DocumentLine[], currency: C): VatTotals<C> {
  const sumOf = (summedLines: readonly DocumentLine[], amountOf: (line: DocumentLine) => number): Money<C> =>
    sumMoney(
      summedLines.map((line) => money(amountOf(line), currency)),
      currency,
    );
  const totalOf = (summedLines: readonly DocumentLine[]) => {
    const net = sumOf(summedLines, (line) => line.net);
    const vat = sumOf(summedLines, (line) => line.vat);
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

/** The stored amounts of a document. */
interface DocumentAmounts {
  readonly net: number;
  readonly vat: number;
  readonly total: number;
}

/** Returns the cash rounding of a document: the part of the total that is neither net amount nor VAT. */
export const roundingOf = ({ net, vat, total }: DocumentAmounts): number => total - net - vat;

export const productIdsOf = (lines: readonly DocumentLine[]): `prd_${string}`[] => [
  ...new Set(lines.flatMap(({ productId }) => productId ?? [])),
];

/** Returns the common interval of the lines; null when the lines have different intervals. */
export function intervalOf(lines: readonly DocumentLine[]): Interval | null {
  const intervals = new Set(lines.map(({ interval }) => interval));
  return intervals.size === 1 ? [...intervals][0]! : null;
}
