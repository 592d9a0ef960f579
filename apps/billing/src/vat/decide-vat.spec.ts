import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@cordee/contracts/domain-error';
import { money } from '@cordee/money/money';
import { registrationSets, vatBuyers } from '../../test/vat-buyers.ts';
import { linesFor } from '../documents/document-line.ts';
import { decideVat } from './decide-vat.ts';
import type { VatFacts } from './vat-decision.ts';
import { parseVatRegistrations, type VatRegistration } from './vat-registration.ts';

const DAY = '2026-06-01';
const product = {
  productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
  text: 'Web hosting',
  costCentre: null,
  interval: 'yearly',
  price: money(10_000, 'EUR'),
  vatClass: 'standard',
} as const;

/** Returns the decision in the form of the table: territory, kind, category, rate, registration. */
function decide(facts: VatFacts, registrations: readonly VatRegistration[]): string {
  try {
    const decision = decideVat(facts, registrations, DAY);
    const [line] = linesFor(product, { start: DAY, end: '2027-06-01' }, decision);
    return [
      decision.territory.code,
      decision.buyerKind,
      line!.vatCategory,
      line!.vatBasisPoints / 100,
      decision.registration?.scope ?? '-',
    ].join(' ');
  } catch (error) {
    return (error as DomainError).code;
  }
}

describe('the VAT of a buyer (DOC-7)', () => {
  it('has at least 200 examples, each different', () => {
    expect(new Set(vatBuyers.map((buyer) => buyer.slice(0, 6).join('|'))).size).toBe(vatBuyers.length);
    expect(vatBuyers.length).toBeGreaterThanOrEqual(200);
  });

  it.each(vatBuyers)('in %s %s, %s with the number %s (%s), registrations %s: %s, because %s', (...buyer) => {
    const [country, postalCode, legalForm, vatNumber, status, set, expected] = buyer;
    const numberCheck =
      vatNumber && status
        ? ({ number: vatNumber, status, registry: 'vies', checkedAt: null, consultationNumber: null } as const)
        : null;
    const facts = { country, postalCode, legalForm, vatNumber, numberCheck, evidence: [] };
    expect(decide(facts, parseVatRegistrations(registrationSets[set]!) as VatRegistration[])).toBe(expected);
  });
});
