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

interface ConversionInput {
  /** The last check of the buyer's VAT number; null for a number that was never checked. */
  readonly numberCheck: NumberCheck | null;
  readonly registrations: readonly VatRegistration[];
  readonly taxPoint: string;
}

/**
 * Decides the VAT at the tax point of the invoice to which a pro forma is converted. The buyer is taxed as a consumer
 * when the registry has refused the VAT number since the pro forma was issued, or has not confirmed it for 30 days. The
 * total of the pro forma is binding, so the VAT is a part of the total.
 */
export function decideAtConversion(
  proForma: PaidProForma,
  lines: readonly DocumentLine[],
  { numberCheck, registrations, taxPoint }: ConversionInput,
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
  { numberCheck, registrations, taxPoint }: ConversionInput,
): VatDecision {
  const { evidence } = decision;
  const facts = { country, postalCode, vatNumber, numberCheck, legalForm: 'company' as const, evidence };
  try {
    return { ...decideVat(facts, registrations, taxPoint), replacesReverseCharge: true };
  } catch (error) {
    // The pro forma is paid, so the invoice must be issued. Its decision shows that the number is not confirmed.
    if (error instanceof DomainError && error.code === 'NO_VAT_REGISTRATION') return { ...decision, numberCheck };
    throw error;
  }
}
