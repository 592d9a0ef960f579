import { DomainError } from '@cordee/contracts/domain-error';
import { datedVatRates, type DatedVatRate, type VatClass } from './dated-vat-rates.ts';
import { formatNumber } from './money.ts';

export type { DatedVatRate, VatClass } from './dated-vat-rates.ts';

const sortedRates = new Map<string, DatedVatRate[]>();

/** The rates of a territory and class, oldest first. */
export function ratesOf(
  territory: string,
  vatClass: VatClass,
  rates: readonly DatedVatRate[] = datedVatRates,
): DatedVatRate[] {
  const key = `${territory} ${vatClass}`;
  const known = rates === datedVatRates ? sortedRates.get(key) : undefined;
  if (known) return known;
  const found = rates
    .filter((rate) => rate.territory === territory && rate.vatClass === vatClass)
    .toSorted((left, right) => (left.firstDay < right.firstDay ? -1 : 1));
  if (rates === datedVatRates && found.length > 0) sortedRates.set(key, found);
  return found;
}

/** True when the rates of the territory are known. */
export const hasVatRates = (territory: string): boolean => ratesOf(territory, 'standard').length > 0;

const classes: readonly VatClass[] = ['standard', 'reduced', 'special'];

/** The class of a territory that has, or had, this rate; `standard` when no class is known. */
export const vatClassOf = (territory: string, basisPoints: number): VatClass =>
  classes.find((vatClass) => ratesOf(territory, vatClass).some((rate) => rate.basisPoints === basisPoints)) ??
  'standard';

/**
 * The rate of a territory and class that applies on a day (`YYYY-MM-DD`).
 * @throws DomainError `VAT_RATE_UNKNOWN` if there is no rate for this territory, class and day
 */
export function datedVatRateOn(
  territory: string,
  vatClass: VatClass,
  day: string,
  rates?: readonly DatedVatRate[],
): DatedVatRate {
  const rate = ratesOf(territory, vatClass, rates).findLast(({ firstDay }) => firstDay <= day);
  if (!rate)
    throw new DomainError('VAT_RATE_UNKNOWN', {
      status: 422,
      detail: `no ${vatClass} rate of ${territory} for ${day}`,
    });
  return rate;
}

/** Like {@link datedVatRateOn}, in basis points. Which day decides depends on the territory: see the rate method. */
export const vatRateOn = (
  territory: string,
  vatClass: VatClass,
  day: string,
  rates?: readonly DatedVatRate[],
): number => datedVatRateOn(territory, vatClass, day, rates).basisPoints;

/** Formats a rate: 810 → `8.1 %`, 2000 → `20 %`, in French `8,1 %`. `locale` as in `formatMoney`. */
export function formatVatRate(basisPoints: number, locale: string): string {
  return `${formatNumber(basisPoints / 100, locale)} %`;
}
