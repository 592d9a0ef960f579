import { addMoney, allocateMoney, fractionOf, subtractMoney, sumMoney, type Money } from './money.ts';
import { ratesOf, vatRateOn, type DatedVatRate, type VatClass } from './vat-rates.ts';

/** Dates of a service, half-open: `end` is the first day that is no longer in it. Both `YYYY-MM-DD`. */
export interface ServicePeriod {
  readonly start: string;
  readonly end: string;
}

/** A piece of a service period in which one rate holds. */
export interface RatedPeriod extends ServicePeriod {
  readonly rateBasisPoints: number;
}

/** A net line with the rate of its service. */
export interface RatedNet<C extends string = string> {
  readonly net: Money<C>;
  readonly rateBasisPoints: number;
}

/** Net, VAT and gross of everything under one rate. */
export interface RateTotal<C extends string = string> {
  readonly rateBasisPoints: number;
  readonly net: Money<C>;
  readonly vat: Money<C>;
  readonly gross: Money<C>;
}

/** Totals of a document; `rates` from the highest to the lowest rate. */
export interface VatTotals<C extends string = string> {
  readonly rates: readonly RateTotal<C>[];
  readonly net: Money<C>;
  readonly vat: Money<C>;
  readonly gross: Money<C>;
}

/** What is taxed: where, as which class, and when it is given. */
export interface TaxedService {
  readonly country: string;
  readonly vatClass: VatClass;
  readonly period: ServicePeriod;
}

/**
 * Cuts a service period where the rate changes inside it; the pieces follow each other without a gap.
 * @throws DomainError `VAT_RATE_UNKNOWN`
 */
export function splitPeriodByRate(
  { country, vatClass, period }: TaxedService,
  rates?: readonly DatedVatRate[],
): RatedPeriod[] {
  const changes = ratesOf(country, vatClass, rates).map(({ from }) => from);
  const starts = [period.start, ...changes.filter((from) => from > period.start && from < period.end)];
  return starts.map((start, index) => ({
    start,
    end: starts[index + 1] ?? period.end,
    rateBasisPoints: vatRateOn(country, vatClass, start, rates),
  }));
}

/** Cuts a net amount like {@link splitPeriodByRate}, in proportion to the days; the parts add up to the amount. */
export function splitNetByRate<C extends string>(
  net: Money<C>,
  service: TaxedService,
  rates?: readonly DatedVatRate[],
): (RatedPeriod & RatedNet<C>)[] {
  const pieces = splitPeriodByRate(service, rates);
  const parts = pieces.length === 1 ? [net] : allocateMoney(net, pieces.map(daysOf));
  return pieces.map((piece, index) => ({ ...piece, net: parts[index]! }));
}

/** VAT on one net amount, half-up. For a document use {@link vatTotals}, which rounds once per rate. */
export function vatOf<C extends string>(net: Money<C>, rateBasisPoints: number): Money<C> {
  return fractionOf(net, { numerator: rateBasisPoints, denominator: 10_000 });
}

/** Net plus VAT: the price that a person is shown. */
export function grossOf<C extends string>(net: Money<C>, rateBasisPoints: number): Money<C> {
  return addMoney(net, vatOf(net, rateBasisPoints));
}

/**
 * Totals of a document from its net lines: VAT is worked out on the sum of each rate and rounded once there, half-up,
 * never per line. Lines of reverse charge or export come with rate 0.
 * @throws DomainError `MONEY_CURRENCY_MISMATCH` when a line is in another currency
 */
export function vatTotals<C extends string>(lines: readonly RatedNet<C>[], currency: C): VatTotals<C> {
  const rates = [...new Set(lines.map(({ rateBasisPoints }) => rateBasisPoints))]
    .toSorted((left, right) => right - left)
    .map((rateBasisPoints) => {
      const net = sumMoney(
        lines.filter((line) => line.rateBasisPoints === rateBasisPoints).map((line) => line.net),
        currency,
      );
      const vat = vatOf(net, rateBasisPoints);
      return { rateBasisPoints, net, vat, gross: addMoney(net, vat) };
    });
  const net = sumMoney(
    rates.map((rate) => rate.net),
    currency,
  );
  const vat = sumMoney(
    rates.map((rate) => rate.vat),
    currency,
  );
  return { rates, net, vat, gross: addMoney(net, vat) };
}

/**
 * VAT of a part of what was invoiced under one rate, given the net parts credited before it. Rounds the running total and takes the
 * difference, so that the parts of a fully credited invoice add up to its VAT to the last unit.
 */
export function vatOfPart<C extends string>(
  whole: { net: Money<C>; vat: Money<C> },
  netBefore: Money<C>,
  net: Money<C>,
): Money<C> {
  const upTo = (part: Money<C>) => fractionOf(whole.vat, { numerator: part.amount, denominator: whole.net.amount });
  return subtractMoney(upTo(addMoney(netBefore, net)), upTo(netBefore));
}

function daysOf({ start, end }: ServicePeriod): number {
  return (Date.parse(end) - Date.parse(start)) / 86_400_000;
}
