import { DomainError } from '@cordee/contracts/domain-error';
import { formatNumber } from './money.ts';

/** What a product counts as for VAT: `standard`; `reduced` (books, food…); `special` (in Switzerland: accommodation). */
export type VatClass = 'standard' | 'reduced' | 'special';

/** One rate and the dates it holds for. Rates are basis points, so 8.1 % is 810. */
export interface DatedVatRate {
  readonly country: string;
  readonly vatClass: VatClass;
  readonly basisPoints: number;
  /** First day, `YYYY-MM-DD`. It holds until the day before the next one of the same country and class. */
  readonly from: string;
}

/** Rates by law, as data: a change of law is a new line here. Liechtenstein belongs to the Swiss VAT territory. */
export const datedVatRates: readonly DatedVatRate[] = ['CH', 'LI'].flatMap((country) => [
  { country, vatClass: 'standard', basisPoints: 770, from: '2018-01-01' },
  { country, vatClass: 'standard', basisPoints: 810, from: '2024-01-01' },
  { country, vatClass: 'reduced', basisPoints: 250, from: '2018-01-01' },
  { country, vatClass: 'reduced', basisPoints: 260, from: '2024-01-01' },
  { country, vatClass: 'special', basisPoints: 370, from: '2018-01-01' },
  { country, vatClass: 'special', basisPoints: 380, from: '2024-01-01' },
]);

/** The rates of one country and class by date, oldest first. */
export function ratesOf(
  country: string,
  vatClass: VatClass,
  rates: readonly DatedVatRate[] = datedVatRates,
): DatedVatRate[] {
  return rates
    .filter((rate) => rate.country === country && rate.vatClass === vatClass)
    .toSorted((left, right) => (left.from < right.from ? -1 : 1));
}

/**
 * The rate in basis points for a service given on a day (`YYYY-MM-DD`). The day of the service decides, not that of the invoice.
 * @throws DomainError `VAT_RATE_UNKNOWN` when the data has none for that country, class and day
 */
export function vatRateOn(
  country: string,
  vatClass: VatClass,
  serviceDate: string,
  rates?: readonly DatedVatRate[],
): number {
  const rate = ratesOf(country, vatClass, rates).findLast(({ from }) => from <= serviceDate);
  if (!rate)
    throw new DomainError('VAT_RATE_UNKNOWN', {
      status: 422,
      detail: `no ${vatClass} rate of ${country} for ${serviceDate}`,
    });
  return rate.basisPoints;
}

/** A rate as people read it: 810 → `8.1 %`, in French `8,1 %`. Locale as in `formatMoney`. */
export function formatVatRate(basisPoints: number, locale: string): string {
  return `${formatNumber(basisPoints / 100, locale, 1)} %`;
}
