import { describe, expect, it } from '@jest/globals';
import { decideVat } from './decide-vat.ts';
import { divideByScope } from './divide-by-scope.ts';
import type { VatFacts } from './vat-decision.ts';

const DAY = '2026-06-01';
const taxed = { name: 'hosting', vatClass: 'standard' } as const;
const reduced = { name: 'book', vatClass: 'reduced' } as const;
const deposit = { name: 'deposit', vatClass: 'out_of_scope' } as const;

function divide(fields: Partial<VatFacts>, products: readonly (typeof taxed | typeof reduced | typeof deposit)[]) {
  const facts: VatFacts = {
    country: 'CH',
    postalCode: '1204',
    legalForm: 'person',
    vatNumber: null,
    numberCheck: null,
    evidence: [],
    ...fields,
  };
  const parts = divideByScope(products, () => decideVat(facts, [], DAY), { facts, taxPoint: DAY });
  return parts.map(({ vatDecision, products: ofPart }) => [
    vatDecision.category,
    vatDecision.reason,
    ofPart.map(({ name }) => name).join(' '),
  ]);
}
const number = 'FR40303265045';
const frenchBusiness = {
  country: 'FR',
  postalCode: '75001',
  vatNumber: number,
  numberCheck: { number, status: 'valid', registry: 'vies', checkedAt: null, consultationNumber: null },
} as const;

describe('the documents of products (DOC-8, C-VAT-04)', () => {
  it('are two when some products are outside of the scope of VAT, with the others first', () => {
    expect(divide({}, [deposit, taxed, deposit, reduced])).toEqual([
      ['S', 'swiss_rates', 'hosting book'],
      ['O', 'product_out_of_scope', 'deposit deposit'],
    ]);
    expect(divide(frenchBusiness, [taxed, deposit])).toEqual([
      ['AE', 'reverse_charge', 'hosting'],
      ['O', 'product_out_of_scope', 'deposit'],
    ]);
  });

  it('are one when all products are of one kind', () => {
    expect(divide({}, [taxed, reduced])).toEqual([['S', 'swiss_rates', 'hosting book']]);
    expect(divide({}, [deposit, deposit])).toEqual([['O', 'product_out_of_scope', 'deposit deposit']]);
  });

  it('are one when the buyer is outside of the scope of VAT', () => {
    const company = { country: 'US', postalCode: '94105', legalForm: 'company' } as const;
    expect(divide(company, [deposit, taxed])).toEqual([['O', 'business_abroad', 'deposit hosting']]);
  });

  it('need a registration of the seller for products with VAT only', () => {
    const consumer = { country: 'US', postalCode: '94105' };
    expect(divide(consumer, [deposit])).toEqual([['O', 'product_out_of_scope', 'deposit']]);
    expect(() => divide(consumer, [deposit, taxed])).toThrow('no VAT registration');
  });
});
