import { DomainError } from '@cordee/contracts/domain-error';
import type { BuyerCopy } from '../addresses/address.entity.ts';
import type { DocumentLine } from '../documents/document-line.ts';
import { decideVat } from './decide-vat.ts';
import { moveTaxPoint } from './move-tax-point.ts';
import { decisionOfEarlierVersion, type NumberCheck, type VatDecision } from './vat-decision.ts';
import type { VatRegistration } from './vat-registration.ts';

interface PaidProForma {
  readonly vatDecision?: VatDecision | null | undefined;
  readonly isReverseCharge: boolean;
  readonly buyer: BuyerCopy;
}

interface ConversionFacts {
  /** The last check of the buyer's VAT number; null for a number that was never checked. */
  readonly numberCheck: NumberCheck | null;
  readonly registrations: readonly VatRegistration[];
  readonly taxPoint: string;
}

/**
 * Decides the VAT of the invoice to which a pro forma is converted: at the tax point, and as for a consumer when the
 * registry has refused the number since the pro forma was issued, or has not confirmed it for 30 days. The total of the
 * pro forma is binding, so the VAT is a part of it.
 */
export function decideAtConversion(
  proForma: PaidProForma,
  lines: readonly DocumentLine[],
  { numberCheck, registrations, taxPoint }: ConversionFacts,
): { vatDecision: VatDecision; lines: readonly DocumentLine[] } {
  const decision = proForma.vatDecision ?? decisionOfEarlierVersion(proForma.isReverseCharge, taxPoint);
  const current =
    numberCheck && numberCheck.status !== 'valid' && decision.category === 'AE'
      ? decideAsConsumer(proForma.buyer, decision, { numberCheck, registrations, taxPoint })
      : decision;
  return moveTaxPoint(current, lines, taxPoint);
}

function decideAsConsumer(
  { country, postalCode, vatNumber }: BuyerCopy,
  decision: VatDecision,
  { numberCheck, registrations, taxPoint }: ConversionFacts,
): VatDecision {
  const facts = { country, postalCode, vatNumber, numberCheck, evidence: decision.evidence };
  try {
    return { ...decideVat({ ...facts, legalForm: 'company' }, registrations, taxPoint), replacesReverseCharge: true };
  } catch (error) {
    // The money is here, so the invoice cannot be refused. Its decision shows that the number is not confirmed.
    if (error instanceof DomainError && error.code === 'NO_VAT_REGISTRATION') return { ...decision, numberCheck };
    throw error;
  }
}
