import type { Address } from '../addresses/address.entity.ts';
import { registryOf } from '../addresses/vat-number.ts';
import type { NumberCheck, VatFacts } from './vat-decision.ts';

/** Returns what decides about the VAT of an address. */
export const factsOf = (
  { country, postalCode, vatNumber }: Pick<Address, 'country' | 'postalCode' | 'vatNumber'>,
  legalForm: VatFacts['legalForm'],
): VatFacts => ({
  country,
  postalCode,
  vatNumber: vatNumber ?? null,
  legalForm,
  numberCheck: vatNumber ? uncheckedNumber(vatNumber) : null,
  evidence: [],
});

const uncheckedNumber = (number: string): NumberCheck => ({
  number,
  status: registryOf(number) === 'vies' ? 'valid' : 'unknown',
  registry: 'not_checked',
  checkedAt: null,
  consultationNumber: null,
});
