import { describe, expect, it } from '@jest/globals';
import { isEuropeanVatNumber, printVatNumber, readVatNumber } from './vat-number.ts';

describe('a VAT number', () => {
  it.each([
    ['CHE-123.456.788 MWST', 'CHE-123.456.788 MWST'],
    ['che123456788iva', 'CHE-123.456.788 IVA'],
    ['CHE-123.456.788', 'CHE-123.456.788 MWST'],
    ['CHE-116.281.710 TVA', 'CHE-116.281.710 TVA'],
    ['FR 40 303 265 045', 'FR40303265045'],
    ['atu12345678', 'ATU12345678'],
    ['NL123456789B01', 'NL123456789B01'],
    ['EL123456789', 'EL123456789'],
  ])('%s is printed as %s', (text, printed) => expect(readVatNumber(text)).toBe(printed));

  it.each([
    'CHE-123.456.789 MWST',
    'CHE-123.456.78',
    'CHE-123.456.788 TAX',
    'GR123456789',
    'US123',
    'DE12345678',
    '',
    'nothing',
  ])('%s is none', (text) => {
    expect(() => readVatNumber(text)).toThrow(expect.objectContaining({ code: 'VAT_NUMBER_INVALID' }));
  });

  it.each([
    ['CHE-123.456.788 MWST', 'fr', 'CHE-123.456.788 TVA'],
    ['CHE-123.456.788 TVA', 'it', 'CHE-123.456.788 IVA'],
    ['CHE-123.456.788 IVA', 'de', 'CHE-123.456.788 MWST'],
    ['CHE-123.456.788', 'fr', 'CHE-123.456.788 TVA'],
    ['CHE-123.456.788 TVA', 'en', 'CHE-123.456.788 MWST'],
    ['FR40303265045', 'de', 'FR40303265045'],
  ] as const)('%s in a document in %s is %s', (stored, language, printed) =>
    expect(printVatNumber(stored, language)).toBe(printed),
  );

  it.each([
    ['FR40303265045', true],
    ['CHE-123.456.788 MWST', false],
    ['XI123456789', false],
    [null, false],
  ])('%s of a European business: %s', (text, isEuropean) => {
    expect(isEuropeanVatNumber(text)).toBe(isEuropean);
  });
});
