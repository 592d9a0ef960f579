import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  findReferences,
  formatReference,
  isCreditorReference,
  isQrReference,
  makeReference,
  parseReference,
  type ReferenceKind,
} from './payment-reference.ts';

// Examples from the standards.
const qrr = '210000000003139471430009017';
const scor = 'RF18539007547034';

describe('references', () => {
  it('match the published examples', () => {
    expect(isQrReference(qrr)).toBe(true);
    expect(isCreditorReference(scor)).toBe(true);
    expect(formatReference(qrr)).toBe('21 00000 00003 13947 14300 09017');
    expect(formatReference(scor)).toBe('RF18 5390 0754 7034');
  });

  it.each([
    ['21 00000 00003 13947 14300 09017', qrr],
    [' 210000000003139471430009017 ', qrr],
    ['21-00000-00003-13947-14300-09017', qrr],
    ['rf18 5390 0754 7034', scor],
    ['RF18539007547034', scor],
  ])('are read from "%s"', (text, value) => {
    expect(parseReference(text)?.value).toBe(value);
  });

  it('are read when the leading zeros are missing', () => {
    const digits = '00000000000000000000012345';
    const [reference] = Array.from({ length: 10 }, (_, checkDigit) => digits + checkDigit).filter(isQrReference);
    expect(parseReference(reference!.replace(/^0+/, ''))).toEqual({ form: 'QRR', value: reference });
  });

  it.each([
    '210000000003139471430009018',
    'RF19539007547034',
    '',
    '0',
    '000000000000000000000000000',
    'RF18',
    'invoice',
    '2100000000031394714300090170',
  ])('are not read from "%s"', (text) => {
    expect(parseReference(text)).toBeUndefined();
  });

  it.each([
    ['Rechnung 21 00000 00003 13947 14300 09017 vielen Dank', [qrr]],
    ['REF:210000000003139471430009017/2026', [qrr]],
    ['facture rf18 5390 0754 7034 merci', [scor]],
    ['Zahlung RF18539007547034, 21 00000 00003 13947 14300 09017', [scor, qrr]],
    ['von CH93 0076 2011 6238 5295 7 am 22.11.2026', []],
    ['Kundennummer 12345678, 1994.75', []],
    ['Rechnung vom Oktober 2100000000031\n39471430009017 Danke', [qrr]],
    ['21\t00000  00003\u202f13947\u00a014300.09017', [qrr]],
    ['21-00000-00003-13947-14300-09017', [qrr]],
    ['Zahlung 22.11.2026 / 116.75 21.00000.00003.13947.14300.09017', [qrr]],
    ['Rechnung 2026 21 00000 00003 13947 14300 09017 12345', [qrr]],
    ['Ref.210000000003139471430009017', [qrr]],
    ['RF18 5390\n0754 7034 merci', [scor]],
    ['RF18-5390-0754-7034', [scor]],
    ['', []],
  ])('are found in the text "%s": %j', (text, values) => {
    expect(findReferences(text).map(({ value }) => value)).toEqual(values);
  });

  it('cannot be made from a negative number or a number of more than 20 digits', () => {
    expect(() => makeReference('QRR', 'invoice', 10n ** 20n)).toThrow(
      expect.objectContaining({ code: 'REFERENCE_SEQUENCE_INVALID' }),
    );
    expect(() => makeReference('QRR', 'invoice', -1)).toThrow();
  });

  const sequences = fc.bigInt({ min: 0n, max: 10n ** 20n - 1n });
  const kinds = fc.constantFrom<ReferenceKind>('pro_forma', 'invoice', 'top_up', 'standing_order');

  it('property: are valid, readable when printed, found in text, and unique per number, kind and form', () => {
    const sourceByReference = new Map<string, string>();
    fc.assert(
      fc.property(fc.constantFrom('QRR' as const, 'SCOR' as const), kinds, sequences, (form, kind, sequence) => {
        const value = makeReference(form, kind, sequence);
        expect(parseReference(formatReference(value))).toEqual({ form, value });
        expect(findReferences(`Zahlung ${formatReference(value)} danke`)).toEqual([{ form, value }]);
        const source = `${form} ${kind} ${sequence}`;
        expect(sourceByReference.get(value) ?? source).toBe(source);
        sourceByReference.set(value, source);
      }),
    );
  });

  it('property: are invalid with one wrong digit if they are QR references', () => {
    fc.assert(
      fc.property(
        kinds,
        sequences,
        fc.nat({ max: 26 }),
        fc.integer({ min: 1, max: 9 }),
        (kind, sequence, index, shift) => {
          const value = makeReference('QRR', kind, sequence);
          const changedValue = value.slice(0, index) + ((Number(value[index]) + shift) % 10) + value.slice(index + 1);
          expect(isQrReference(changedValue)).toBe(false);
        },
      ),
    );
  });
});
