import { describe, expect, it } from '@jest/globals';
import { netLine } from '../../test/stored-document.ts';
import { decideVat } from './decide-vat.ts';
import { withRatesOf } from './decided-rates.ts';

const decide = (country: string, legalForm: 'person' | 'company') =>
  decideVat(
    { country, postalCode: '1204', legalForm, vatNumber: null, numberCheck: null, evidence: [] },
    [],
    '2026-06-01',
  );
const swiss = decide('CH', 'person');
const outside = decide('US', 'company');
const taxed = netLine();
const untaxed = netLine({ vatBasisPoints: 0, vatCategory: 'O' });

describe('the decision of a document', () => {
  it('has the rates of its lines with VAT, the highest first', () => {
    const lines = [netLine({ vatBasisPoints: 260 }), taxed, netLine({ vatBasisPoints: 770 })];
    expect(withRatesOf(swiss, lines).rates).toEqual([
      { basisPoints: 810, firstDay: '2024-01-01' },
      { basisPoints: 770, firstDay: '2018-01-01' },
      { basisPoints: 260, firstDay: '2024-01-01' },
    ]);
    expect(withRatesOf(outside, [untaxed]).rates).toEqual([]);
  });

  it.each([
    ['a line with VAT on a document outside of VAT', outside, [untaxed, taxed]],
    ['a line outside of VAT on a document with VAT', swiss, [taxed, untaxed]],
    ['a line with VAT only, on a document outside of VAT', outside, [taxed]],
    ['a line with reverse charge on a document with VAT', swiss, [taxed, netLine({ vatCategory: 'AE' })]],
  ])('refuses %s (C-VAT-04)', (_, decision, lines) => {
    expect(() => withRatesOf(decision, lines)).toThrow('has a line of another category');
  });
});
