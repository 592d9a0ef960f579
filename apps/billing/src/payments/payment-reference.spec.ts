import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  findInvalidReference,
  findReferences,
  formatReference,
  isCreditorReference,
  isQrReference,
  makeReference,
  parseReference,
  type ReferenceKind,
} from './payment-reference.ts';

// Examples from the standards.
const qrReference = '210000000003139471430009017';
const creditorReference = 'RF18539007547034';

describe('payment references', () => {
  it('have the check digits and the printed form of the published examples', () => {
    expect(isQrReference(qrReference)).toBe(true);
    expect(isCreditorReference(creditorReference)).toBe(true);
    expect(formatReference(qrReference)).toBe('21 00000 00003 13947 14300 09017');
    expect(formatReference(creditorReference)).toBe('RF18 5390 0754 7034');
  });

  it.each([
    ['21 00000 00003 13947 14300 09017', qrReference],
    [' 210000000003139471430009017 ', qrReference],
    ['21-00000-00003-13947-14300-09017', qrReference],
    ['rf18 5390 0754 7034', creditorReference],
    ['RF18539007547034', creditorReference],
  ])('are read from "%s"', (text, value) => {
    expect(parseReference(text)?.value).toBe(value);
  });

  it('of the form QRR are read without their leading zeros', () => {
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
    ['Rechnung 21 00000 00003 13947 14300 09017 vielen Dank', [qrReference]],
    ['REF:210000000003139471430009017/2026', [qrReference]],
    ['facture rf18 5390 0754 7034 merci', [creditorReference]],
    ['Zahlung RF18539007547034, 21 00000 00003 13947 14300 09017', [creditorReference, qrReference]],
    ['von CH93 0076 2011 6238 5295 7 am 22.11.2026', []],
    ['Kundennummer 12345678, 1994.75', []],
    ['Rechnung vom Oktober 2100000000031\n39471430009017 Danke', [qrReference]],
    ['21\t00000  00003\u202f13947\u00a014300.09017', [qrReference]],
    ['21-00000-00003-13947-14300-09017', [qrReference]],
    ['Zahlung 22.11.2026 / 116.75 21.00000.00003.13947.14300.09017', [qrReference]],
    ['Rechnung 2026 21 00000 00003 13947 14300 09017 12345', [qrReference]],
    ['Ref.210000000003139471430009017', [qrReference]],
    ['RF18 5390\n0754 7034 merci', [creditorReference]],
    ['RF18-5390-0754-7034', [creditorReference]],
    ['Rechnung 21 00000 00003 13947 14300 09018', []],
    ['Rechnung 11 00000 00000 00000 00000 00122', []],
    ['', []],
  ])('in the text "%s" are %j', (text, values) => {
    expect(findReferences(text).map(({ value }) => value)).toEqual(values);
  });

  it.each([
    ['Rechnung 11 00000 00000 00000 00000 00122 Danke', '11 00000 00000 00000 00000 00122'],
    ['REF:210000000003139471430009018/2026', '210000000003139471430009018'],
    ['Rechnung vom Oktober 2100000000031\n39471430009018 Danke', '2100000000031 39471430009018'],
    ['Zahlung 22.11.2026 / 116.75 21.00000.00003.13947.14300.09018', '21 00000 00003 13947 14300 09018'],
    ['Rechnung 2026 77 00000 00003 13947 14300 09018 12345', '77 00000 00003 13947 14300 09018'],
    ['facture rf99 f123 merci', 'RF99 F123'],
    ['Rechnung 21 00000 00003 13947 14300 09017', undefined],
    ['von CH93 0076 2011 6238 5295 7 am 22.11.2026', undefined],
    ['Kundennummer 12345678 90123 45678 90123 4567', undefined],
    ['RF18 Meyer', undefined],
  ])('with wrong check digits are reported from "%s" as %j', (text, written) => {
    expect(findInvalidReference(text)).toBe(written);
  });

  it('cannot be made from a negative number or a number of more than 20 digits', () => {
    expect(() => makeReference('QRR', 'invoice', 10n ** 20n)).toThrow(
      expect.objectContaining({ code: 'REFERENCE_SEQUENCE_INVALID' }),
    );
    expect(() => makeReference('QRR', 'invoice', -1)).toThrow();
  });

  const sequences = fc.bigInt({ min: 0n, max: 10n ** 20n - 1n });
  const kinds = fc.constantFrom<ReferenceKind>('pro_forma', 'invoice', 'top_up', 'standing_order');

  it('property: are readable in printed form, are found in a text, and are unique per number, kind and form', () => {
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

  it('property: with a wrong digit are found in a text only as written', () => {
    fc.assert(
      fc.property(
        kinds,
        sequences,
        fc.integer({ min: 7, max: 26 }),
        fc.integer({ min: 1, max: 9 }),
        (kind, sequence, index, shift) => {
          const value = makeReference('QRR', kind, sequence);
          const changedValue = value.slice(0, index) + ((Number(value[index]) + shift) % 10) + value.slice(index + 1);
          for (const written of [changedValue, formatReference(changedValue)]) {
            expect(findReferences(`Zahlung ${written} danke`)).toEqual([]);
            expect(findInvalidReference(`Zahlung ${written} danke`)).toBe(written);
          }
        },
      ),
    );
  });

  it('property: of the form QRR are invalid with one wrong digit', () => {
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
