import { DomainError } from '@cordee/contracts/domain-error';
import { formatNumber } from './money.ts';

/** VAT class of a product: `standard`; `reduced` (books, food…); `special` (accommodation in Switzerland). */
export type VatClass = 'standard' | 'reduced' | 'special';

/** A VAT rate in basis points (8.1 % is 810) with its first day. */
export interface DatedVatRate {
  readonly country: string;
  readonly vatClass: VatClass;
  readonly basisPoints: number;
  /** `YYYY-MM-DD`. The rate applies until the day before the next rate of the same country and class. */
  readonly firstDay: string;
}

/** Legal rates. After a change of law, add a line. Liechtenstein belongs to the Swiss VAT territory. */
export const datedVatRates: readonly DatedVatRate[] = ['CH', 'LI'].flatMap((country) => [
  { country, vatClass: 'standard', basisPoints: 770, firstDay: '2018-01-01' },
  { country, vatClass: 'standard', basisPoints: 810, firstDay: '2024-01-01' },
  { country, vatClass: 'reduced', basisPoints: 250, firstDay: '2018-01-01' },
  { country, vatClass: 'reduced', basisPoints: 260, firstDay: '2024-01-01' },
  { country, vatClass: 'special', basisPoints: 370, firstDay: '2018-01-01' },
  { country, vatClass: 'special', basisPoints: 380, firstDay: '2024-01-01' },
]);

/** The rates of a country and class, oldest first. */
export function ratesOf(
  country: string,
  vatClass: VatClass,
  rates: readonly DatedVatRate[] = datedVatRates,
): DatedVatRate[] {
  return rates
    .filter((rate) => rate.country === country && rate.vatClass === vatClass)
    .toSorted((left, right) => (left.firstDay < right.firstDay ? -1 : 1));
}

/**
 * The rate in basis points on a day (`YYYY-MM-DD`). By law, the date of the service decides, not the invoice date.
 * @throws DomainError `VAT_RATE_UNKNOWN` if there is no rate for this country, class and day
 */
export function vatRateOn(
  country: string,
  vatClass: VatClass,
  serviceDate: string,
  rates?: readonly DatedVatRate[],
): number {
  const rate = ratesOf(country, vatClass, rates).findLast(({ firstDay }) => firstDay <= serviceDate);
  if (!rate)
    throw new DomainError('VAT_RATE_UNKNOWN', {
      status: 422,
      detail: `no ${vatClass} rate of ${country} for ${serviceDate}`,
    });
  return rate.basisPoints;
}

/** Formats a rate: 810 → `8.1 %`, 2000 → `20 %`, in French `8,1 %`. `locale` as in `formatMoney`. */
export function formatVatRate(basisPoints: number, locale: string): string {
  return `${formatNumber(basisPoints / 100, locale)} %`;
}
