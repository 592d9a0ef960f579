import { hasVatRates } from '@cordee/money/vat-rates';
import { vatTerritoryOf } from '@cordee/money/vat-territory';
import { isVatNumberOf } from '../addresses/vat-number.ts';

/**
 * A registration of the seller for VAT. `scope` is `OSS` (the non-Union scheme, for all consumers in the EU), the state
 * of a local registration, a territory without VAT rates, or `OTHER` (every territory that has no VAT rates and no
 * entry of its own).
 */
export interface VatRegistration {
  readonly scope: string;
  /** Null when the seller owes no VAT in the territory. */
  readonly number: string | null;
}

const OSS_NUMBER = /^EU\d{9}$/;
/** Norway: the number of the VOEC scheme, or an organization number with MVA. */
const NORWEGIAN_NUMBER = /^(?:20\d{5}|\d{9}MVA)$/;

/**
 * Parses registrations: entries `scope:number`, separated by commas. An entry `scope:none` declares that the seller
 * owes no VAT in a territory without VAT rates. Returns an error text for the first wrong entry.
 */
export function parseVatRegistrations(text: string): VatRegistration[] | string {
  const registrations: VatRegistration[] = [];
  for (const entry of text.split(',').map((each) => each.trim())) {
    if (entry === '') continue;
    const [, scope, value] = /^([A-Z-]+):\s*(.+)$/.exec(entry) ?? [];
    if (!scope || !value) return `${entry}: must be scope:number, for example OSS:EU372000001`;
    const number = value.toUpperCase().replaceAll(/[\s.]/g, '');
    const problem = problemOf(scope, number);
    if (problem) return `${entry}: ${problem}`;
    if (registrations.some((each) => each.scope === scope)) return `${scope}: is listed twice`;
    registrations.push({ scope, number: number === 'NONE' ? null : number });
  }
  return registrations;
}

function problemOf(scope: string, number: string): string | undefined {
  if (scope === 'OSS') return OSS_NUMBER.test(number) ? undefined : 'must be EU and 9 digits';
  if (scope === 'CH' || scope === 'LI') return 'SELLER_VAT_NUMBER is the Swiss registration';
  if (number === 'NONE')
    return scope === 'OTHER' || !hasVatRates(scope) ? undefined : 'consumers there have VAT, so a number is necessary';
  if (scope === 'OTHER' || !hasVatRates(scope)) return 'no VAT rates are known there, so only none is possible';
  if (scope.includes('-')) return 'must be the code of the country';
  const isNumber = scope === 'NO' ? NORWEGIAN_NUMBER.test(number) : isVatNumberOf(scope, number);
  return isNumber ? undefined : 'is not a VAT number of this country';
}

/**
 * Returns the registration that applies to consumers in the territory. Who uses OSS declares all services to consumers
 * in the EU with it, also where the seller has a local registration (Directive 2006/112/EC, art. 359).
 */
export function findVatRegistration(
  { code, state, area }: Pick<ReturnType<typeof vatTerritoryOf>, 'code' | 'state' | 'area'>,
  registrations: readonly VatRegistration[],
): VatRegistration | undefined {
  const ofScope = (scope: string): VatRegistration | undefined => registrations.find((each) => each.scope === scope);
  if (area === 'eu') return ofScope('OSS') ?? ofScope(state);
  return ofScope(code) ?? ofScope(state) ?? (hasVatRates(code) ? undefined : ofScope('OTHER'));
}
