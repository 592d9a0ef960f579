import { DomainError } from '@cordee/contracts/domain-error';
import { VAT_RATES_AS_OF } from '@cordee/money/dated-vat-rates';
import { lawWithoutVat } from '@cordee/money/territories-without-vat';
import { hasVatRates } from '@cordee/money/vat-rates';
import { vatTerritoryOf, type VatTerritory } from '@cordee/money/vat-territory';
import { isVatNumberOf, registryOf } from '../addresses/vat-number.ts';
import { isPlaceProven } from './place-evidence.ts';
import type { VatDecision, VatFacts } from './vat-decision.ts';
import { findVatRegistration, type VatRegistration } from './vat-registration.ts';

/**
 * Decides the VAT of a buyer (DOC-7): territory, buyer kind, registration of the seller. `taxPoint` is the day of the
 * decision.
 * @throws DomainError `NO_VAT_REGISTRATION` for a consumer where the seller has no registration
 */
export function decideVat(facts: VatFacts, registrations: readonly VatRegistration[], taxPoint: string): VatDecision {
  const decision = describeBuyer(facts, taxPoint);
  const { territory, buyerKind } = decision;
  if (territory.area === 'swiss') return { ...decision, reason: 'swiss_rates', category: 'S', rateMethod: 'by_day' };
  if (buyerKind === 'business')
    return territory.area === 'eu'
      ? { ...decision, reason: 'reverse_charge', category: 'AE', rateMethod: 'none' }
      : { ...decision, reason: 'business_abroad', category: 'O', rateMethod: 'none' };
  if (lawWithoutVat(territory.code, taxPoint) !== undefined)
    return { ...decision, reason: 'territory_without_vat', category: 'O', rateMethod: 'none' };
  const registration = findVatRegistration(territory, registrations);
  if (!registration) throw new DomainError('NO_VAT_REGISTRATION', { detail: `no VAT registration: ${territory.code}` });
  if (registration.number === null)
    return { ...decision, registration, reason: 'no_vat_in_territory', category: 'O', rateMethod: 'none' };
  // Only in the EU, the place of a consumer needs evidence.
  const evidence = territory.area === 'eu' ? facts.evidence : [];
  return { ...decision, registration, evidence, reason: 'registration', category: 'S', rateMethod: 'tax_point' };
}

/** Decides about products outside of the scope of VAT: they have none, wherever the buyer is. */
export const decideOutOfScope = (facts: VatFacts, taxPoint: string): VatDecision => ({
  ...describeBuyer(facts, taxPoint),
  reason: 'product_out_of_scope',
  category: 'O',
  rateMethod: 'none',
});

/** Returns the part of a decision that depends on the buyer alone. */
function describeBuyer(facts: VatFacts, taxPoint: string): Omit<VatDecision, 'reason' | 'category' | 'rateMethod'> {
  const territory = vatTerritoryOf(facts.country, facts.postalCode);
  return {
    territory,
    buyerKind: isBusiness(facts, territory) ? 'business' : 'consumer',
    taxPoint,
    registration: null,
    numberCheck: facts.numberCheck,
    evidence: [],
    rates: [],
    ratesAsOf: VAT_RATES_AS_OF,
  };
}

/**
 * Like {@link decideVat}, for an order, at which the buyer can confirm the place.
 * @throws DomainError `VAT_PLACE_UNCONFIRMED` for a consumer in the EU without two pieces of evidence that agree on the
 *   address
 */
export function decideVatOfOrder(...parameters: Parameters<typeof decideVat>): VatDecision {
  const decision = decideVat(...parameters);
  const { territory, evidence } = decision;
  if (evidence.length > 0 && !isPlaceProven(evidence, territory.state)) {
    const pieces = evidence.map(({ kind, country }) => `${kind} ${country}`).join(', ');
    throw new DomainError('VAT_PLACE_UNCONFIRMED', { detail: `the evidence does not agree: ${pieces}` });
  }
  return decision;
}

/**
 * In the EU, a business has a VAT number of its state that the registry confirms. In another territory whose rates are
 * known, a business has a VAT number of its state, which the registry confirms if there is one. Elsewhere, its legal
 * form or a VAT number shows that it is a business.
 */
function isBusiness({ vatNumber, legalForm, numberCheck }: VatFacts, { area, state, code }: VatTerritory): boolean {
  const hasNumber = vatNumber !== null && isVatNumberOf(state, vatNumber);
  if (area === 'swiss') return hasNumber || legalForm !== 'person';
  if (area === 'eu') return hasNumber && numberCheck?.status === 'valid';
  // Numbers of France and Finland also belong to territories outside of EU VAT. No registry is asked about others.
  if (hasVatRates(code)) return hasNumber && (!registryOf(vatNumber) || numberCheck?.status === 'valid');
  return legalForm === 'company' || vatNumber !== null;
}
