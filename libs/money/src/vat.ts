import { addMoney, allocateMoney, fractionOf, sumMoney, type Money } from './money.ts';
import { ratesOf, vatRateOn, type DatedVatRate, type VatClass } from './vat-rates.ts';

/** The period of a service, `YYYY-MM-DD`. `end` is exclusive. */
export interface ServicePeriod {
  readonly start: string;
  readonly end: string;
}

/** A part of a service period with a single rate. */
export interface RatedPeriod extends ServicePeriod {
  readonly rateBasisPoints: number;
}

/** A net amount with its VAT rate. */
export interface RatedNet<C extends string = string> {
  readonly net: Money<C>;
  readonly rateBasisPoints: number;
}

/** Net, VAT and gross of all lines with one rate. */
export interface RateTotal<C extends string = string> {
  readonly rateBasisPoints: number;
  readonly net: Money<C>;
  readonly vat: Money<C>;
  readonly gross: Money<C>;
}

/** Totals of a document. `rates` is sorted from the highest to the lowest rate. */
export interface VatTotals<C extends string = string> {
  readonly rates: readonly RateTotal<C>[];
  readonly net: Money<C>;
  readonly vat: Money<C>;
  readonly gross: Money<C>;
}

/** The facts that decide the VAT rates of a service. */
export interface TaxedService {
  /** The code of a VAT territory. */
  readonly territory: string;
  readonly vatClass: VatClass;
  readonly period: ServicePeriod;
}

/**
 * Splits a service period at changes of the rate. The parts have no gap.
 * @throws DomainError `VAT_RATE_UNKNOWN`
 */
export function splitPeriodByRate(
  { territory, vatClass, period }: TaxedService,
  rates?: readonly DatedVatRate[],
): RatedPeriod[] {
  const firstDays = ratesOf(territory, vatClass, rates).map(({ firstDay }) => firstDay);
  const starts = [period.start, ...firstDays.filter((day) => day > period.start && day < period.end)];
  return starts.map((start, index) => ({
    start,
    end: starts[index + 1] ?? period.end,
    rateBasisPoints: vatRateOn(territory, vatClass, start, rates),
  }));
}

/** Splits a net amount like {@link splitPeriodByRate}, in proportion to the days. The parts add up to the amount. */
export function splitNetByRate<C extends string>(
  net: Money<C>,
  service: TaxedService,
  rates?: readonly DatedVatRate[],
): (RatedPeriod & RatedNet<C>)[] {
  const periods = splitPeriodByRate(service, rates);
  const nets = periods.length === 1 ? [net] : allocateMoney(net, periods.map(daysOf));
  return periods.map((period, index) => ({ ...period, net: nets[index]! }));
}

/**
 * VAT of one net amount, rounded half away from zero. For a document use {@link vatTotals}, which rounds once per rate.
 */
export function vatOf<C extends string>(net: Money<C>, rateBasisPoints: number): Money<C> {
  return fractionOf(net, { numerator: rateBasisPoints, denominator: 10_000 });
}

/**
 * Totals of a document from its net lines. VAT is rounded once per rate, never per line. Lines with reverse charge
 * or export have the rate 0.
 * @throws DomainError `MONEY_CURRENCY_MISMATCH` if a line is in another currency
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

/** The number of days of a period. */
export function daysOf({ start, end }: ServicePeriod): number {
  const msPerDay = 86_400_000;
  return (Date.parse(end) - Date.parse(start)) / msPerDay;
}
