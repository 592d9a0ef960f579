import { describe, expect, it } from '@jest/globals';
import { isPlaceProven } from './place-evidence.ts';
import type { PlaceEvidence } from './vat-decision.ts';

describe('the place of a consumer in the EU (C-VAT-02)', () => {
  it.each([
    ['DE', 'address DE, bank_account DE', true],
    ['DE', 'address DE, card AT, bank_account DE', true],
    ['DE', 'address DE, card AT', false],
    ['DE', 'address DE', false],
    ['DE', 'address DE, confirmation DE', true],
    ['DE', 'address DE, card AT, confirmation DE', true],
    // Two cards are one piece of evidence, and they do not agree with the address.
    ['DE', 'address DE, card AT, card CH', false],
    ['FR', 'address MC, card FR', true],
    // The Austrian Mittelberg has German postal codes too.
    ['AT', 'address DE, confirmation DE', true],
    ['AT', 'address DE, card AT', true],
    ['AT', 'address DE, card DE', false],
  ])('in %s with the evidence %s is proven: %s', (state, text, isProven) => {
    const evidence = text.split(', ').map((each) => {
      const [kind, country] = each.split(' ');
      return { kind, country } as PlaceEvidence;
    });
    expect(isPlaceProven(evidence, state)).toBe(isProven);
  });
});
