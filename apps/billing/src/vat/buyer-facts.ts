import type { Address } from '../addresses/address.entity.ts';
import { checkOf, type NumberChecks } from './number-checks.ts';
import type { VatFacts } from './vat-decision.ts';

/** What billing and identity know about the organization of a buyer. */
interface BuyerContext {
  readonly legalForm: VatFacts['legalForm'];
  readonly numberChecks: NumberChecks;
  readonly now: Date;
}

/** Returns what decides about the VAT of an address. */
export const factsOf = (
  { country, postalCode, vatNumber }: Pick<Address, 'country' | 'postalCode' | 'vatNumber'>,
  { legalForm, numberChecks, now }: BuyerContext,
): VatFacts => ({
  country,
  postalCode,
  vatNumber: vatNumber ?? null,
  legalForm,
  numberCheck: vatNumber ? checkOf(vatNumber, numberChecks, now) : null,
  evidence: [],
});
