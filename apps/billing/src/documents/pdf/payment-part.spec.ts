import { describe, expect, it } from '@jest/globals';
import { money } from '@cordee/money/money';
import { makeReference } from '../../payments/payment-reference.ts';
import { printedContent } from '../../../test/printed-content.ts';
import type { DocumentContent } from './document-content.ts';
import { nearestLetters } from './nearest-letters.ts';
import { isPayable, paymentPart } from './payment-part.ts';

const qrr = makeReference('QRR', 'invoice', 1);
const scor = makeReference('SCOR', 'invoice', 1);

/** An open invoice in French with a QR reference. */
const content = (fields: Partial<DocumentContent> = {}): DocumentContent =>
  printedContent(1, {
    language: 'fr',
    openAmount: money(10_810, 'CHF'),
    buyer: {
      name: 'Anna Muster',
      street: 'Weg',
      buildingNumber: '1',
      postalCode: '8001',
      town: 'Zürich',
      country: 'CH',
    },
    ...fields,
  });

describe('the payment part', () => {
  it('contains the QR-IBAN for a QR reference', () => {
    expect(paymentPart(content())).toEqual({
      amount: 108.1,
      currency: 'CHF',
      reference: qrr,
      creditor: {
        name: 'Alpenhost SA',
        address: 'Rue de la Gare',
        buildingNumber: '12',
        zip: '1003',
        city: 'Lausanne',
        country: 'CH',
        account: 'CH4431999123000889012',
      },
      debtor: { name: 'Anna Muster', address: 'Weg', buildingNumber: '1', zip: '8001', city: 'Zürich', country: 'CH' },
      message: 'Facture 2026-000001',
    });
  });

  it('contains the ordinary IBAN for an ISO 11649 reference', () => {
    expect(paymentPart(content({ reference: scor, openAmount: money(10_810, 'EUR') }))).toMatchObject({
      reference: scor,
      currency: 'EUR',
      creditor: { account: 'CH9300762011623852957' },
    });
  });

  it('contains the open amount in francs, from 0.05 to the maximum of the QR-bill', () => {
    expect(paymentPart(content({ openAmount: money(5, 'CHF') }))?.amount).toBe(0.05);
    expect(paymentPart(content({ openAmount: money(99_999_999_999, 'CHF') }))?.amount?.toFixed(2)).toBe('999999999.99');
  });

  it.each([
    ['a paid invoice', { kind: 'paid_invoice' }],
    ['a credit note', { kind: 'credit_note' }],
    ['a document with the open amount zero', { openAmount: money(0, 'CHF') }],
  ] as const)('is omitted for %s', (_name, fields) => {
    expect(paymentPart(content(fields))).toBeUndefined();
    expect(isPayable(content(fields))).toBe(false);
  });

  it('is omitted for a currency without QR-bill; the document is still payable', () => {
    const dollarInvoice = content({ openAmount: money(10_810, 'USD') });
    expect(paymentPart(dollarInvoice)).toBeUndefined();
    expect(isPayable(dollarInvoice)).toBe(true);
  });

  it('throws an error when a payable document has no reference', () => {
    expect(() => paymentPart(content({ reference: undefined }))).toThrow(
      expect.objectContaining({ code: 'DOCUMENT_REFERENCE_MISSING' }),
    );
  });

  it('is omitted above the maximum of the QR-bill; the document is still payable', () => {
    const expensive = content({ openAmount: money(100_000_000_000, 'CHF') });
    expect(paymentPart(expensive)).toBeUndefined();
    expect(isPayable(expensive)).toBe(true);
  });

  const buyer = { name: 'Anna', street: 'Weg', postalCode: '8001', town: 'Zürich', country: 'CH' };

  it('cuts long names and replaces characters that the QR-bill does not allow by the nearest letters', () => {
    const debtor = paymentPart(
      content({
        buyer: {
          name: `${'Gesellschaft '.repeat(9)}AG`,
          street: 'Phố\nHàng Bạc',
          postalCode: '8001',
          town: 'L’Isle – “Ost”',
          country: 'CH',
        },
      }),
    )?.debtor;
    expect(debtor?.name).toBe('Gesellschaft Gesellschaft Gesellschaft Gesellschaft Gesellschaft Gesel');
    expect(debtor?.address).toBe('Phô Hàng Bac');
    expect(debtor?.city).toBe(`L'Isle - "Ost"`);
  });

  it.each([
    ['the name has no near letters', { ...buyer, name: '株式会社' }],
    ['the street has no near letters', { ...buyer, street: 'Улица' }],
    ['the address has no postcode', { ...buyer, postalCode: ' ' }],
  ])('has an empty field for the payer when %s', (_reason, unprintableBuyer) => {
    expect(paymentPart(content({ buyer: unprintableBuyer }))).not.toHaveProperty('debtor');
    expect(paymentPart(content({ buyer }))).toHaveProperty('debtor');
  });
});

describe('the nearest letters', () => {
  it.each([
    ['Nguyễn Thị Hương', 'Nguyên Thi Huong'],
    ['Łódź, Đorđe, Țară, Œuvre, €', 'Łódź, Đorđe, Țară, Œuvre, €'],
    ['Ǆ ﬁ ½ … №', 'DŽ fi ½ ... No'],
    ['e\u0301\u0323', 'é'],
    ['İstanbul, Ẁẅ', 'İstanbul, Ww'],
  ])('of %s are %s', (text, expected) => {
    expect(nearestLetters(text)).toBe(expected);
  });

  it.each(['東京', 'Привет', 'שלום', '😀'])('do not exist for %s', (text) => {
    expect(nearestLetters(text)).toBeUndefined();
  });
});
