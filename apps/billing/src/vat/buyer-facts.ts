import type { EntityManager } from '@mikro-orm/postgresql';
import type { Address } from '../addresses/address.entity.ts';
import { numberCheckOf, readNumberChecks, type NumberChecks } from './number-checks.ts';
import { evidenceOf, readPaymentEvidence } from './place-evidence.ts';
import type { PlaceEvidence, VatFacts } from './vat-decision.ts';

/** The records of an organization, besides its addresses, that decide its VAT. */
export interface BuyerVatRecords {
  readonly numberChecks: NumberChecks;
  readonly paymentEvidence: readonly PlaceEvidence[];
}

/** Reads the records of an organization, besides its addresses, that decide its VAT. */
export async function readBuyerVatRecords(
  em: EntityManager,
  organizationId: `org_${string}`,
): Promise<BuyerVatRecords> {
  // The SQL statements share one round trip.
  const [numberChecks, paymentEvidence] = await Promise.all([
    readNumberChecks(em, organizationId),
    readPaymentEvidence(em, organizationId),
  ]);
  return { numberChecks, paymentEvidence };
}

interface BuyerContext extends BuyerVatRecords {
  readonly legalForm: VatFacts['legalForm'];
  readonly now: Date;
}

type TaxedAddress = Pick<Address, 'country' | 'postalCode' | 'vatNumber' | 'isPlaceConfirmed'>;

/** Returns the facts that decide about the VAT of an address. */
export const vatFactsOf = (
  address: TaxedAddress,
  { legalForm, numberChecks, paymentEvidence, now }: BuyerContext,
): VatFacts => {
  const { country, postalCode, vatNumber } = address;
  return {
    country,
    postalCode,
    vatNumber: vatNumber ?? null,
    legalForm,
    numberCheck: vatNumber ? numberCheckOf(vatNumber, numberChecks, now) : null,
    evidence: evidenceOf(address, paymentEvidence),
  };
};
