import { describe, expect, it } from '@jest/globals';
import { formatVatNumber, isVatNumberOf, parseVatNumber, registryOf } from './vat-number.ts';

describe('VAT numbers', () => {
  it.each([
    ['CHE-123.456.788 MWST', 'CHE-123.456.788 MWST'],
    ['che123456788iva', 'CHE-123.456.788 IVA'],
    ['CHE-123.456.788', 'CHE-123.456.788 MWST'],
    ['CHE-116.281.710 TVA', 'CHE-116.281.710 TVA'],
    ['FR 40 303 265 045', 'FR40303265045'],
    ['atu12345678', 'ATU12345678'],
    ['NL123456789B01', 'NL123456789B01'],
    ['EL123456789', 'EL123456789'],
    ['GB 123 4567 89', 'GB123456789'],
    ['NO 123 456 785 MVA', 'NO123456785MVA'],
  ])('are parsed: the text %s becomes %s', (text, printed) => expect(parseVatNumber(text)).toBe(printed));

  it.each([
    'CHE-123.456.789 MWST',
    'CHE-123.456.78',
    'CHE-123.456.788 TAX',
    'GR123456789',
    'US123',
    'DE12345678',
    '',
    'nothing',
  ])('are refused: the text "%s" is invalid', (text) => {
    expect(() => parseVatNumber(text)).toThrow(expect.objectContaining({ code: 'VAT_NUMBER_INVALID' }));
  });

  it.each([
    ['CHE-123.456.788 MWST', 'fr', 'CHE-123.456.788 TVA'],
    ['CHE-123.456.788 TVA', 'it', 'CHE-123.456.788 IVA'],
    ['CHE-123.456.788 IVA', 'de', 'CHE-123.456.788 MWST'],
    ['CHE-123.456.788', 'fr', 'CHE-123.456.788 TVA'],
    ['CHE-123.456.788 TVA', 'en', 'CHE-123.456.788 MWST'],
    ['FR40303265045', 'de', 'FR40303265045'],
  ] as const)('are formatted: %s in language %s becomes %s', (stored, language, printed) =>
    expect(formatVatNumber(stored, language)).toBe(printed),
  );

  it.each([
    ['FR', 'FR40303265045', true],
    ['GR', 'EL123456789', true],
    ['DE', 'FR40303265045', false],
    ['CH', 'CHE-123.456.788 MWST', true],
    // A number of Northern Ireland is for goods only.
    ['GB', 'XI123456789', false],
    ['GB', 'GB123456789', true],
    ['NO', '123456785MVA', true],
    ['US', 'FR40303265045', false],
  ])('belong to a state: to %s belongs %s: %s', (state, vatNumber, isOfState) => {
    expect(isVatNumberOf(state, vatNumber)).toBe(isOfState);
  });

  it.each([
    ['FR40303265045', 'vies'],
    ['CHE-123.456.788 MWST', 'uid'],
    ['GB123456789', null],
    ['XI123456789', null],
    ['123456785MVA', null],
  ])('have a registry: %s has %s', (vatNumber, registry) => expect(registryOf(vatNumber)).toBe(registry));
});
