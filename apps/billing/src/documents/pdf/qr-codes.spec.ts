import { describe, expect, it } from '@jest/globals';
import { money } from '@cordee/money/money';
import { makeReference } from '../../payments/payment-reference.ts';
import { renderPage } from '../../../test/page-image.ts';
import { printedContent } from '../../../test/printed-content.ts';
import { readQrCodes } from '../../../test/qr-codes.ts';
import type { DocumentContent, DocumentLanguage } from './document-content.ts';
import { renderDocument } from './document-pdf.ts';

const qrr = makeReference('QRR', 'invoice', 1);
const scor = makeReference('SCOR', 'invoice', 1);
const seller = { ...printedContent(1).seller, bic: 'POFICHBEXXX' };
const DPI = 200;

const codesOf = async (content: DocumentContent, options = {}) =>
  readQrCodes(await renderPage(await renderDocument(content), { dpi: DPI, ...options }));

/** The lines of the Swiss QR code, as the implementation guidelines list them. */
const swissCode = ({
  iban = 'CH4431999123000889012',
  creditor = ['Alpenhost SA', 'Rue de la Gare', '12', '1003', 'Lausanne', 'CH'],
  amount = '129.72',
  currency = 'CHF',
  debtor = ['S', 'Müller & Söhne AG', 'Bahnhofstrasse', '', '8001', 'Zürich', 'CH'],
  reference = ['QRR', qrr],
  message = 'Rechnung 2026-000001',
}: Partial<Record<'iban' | 'amount' | 'currency' | 'message', string>> &
  Partial<Record<'creditor' | 'debtor' | 'reference', readonly string[]>>): string[] => [
  'SPC',
  '0200',
  '1',
  iban,
  'S',
  ...creditor,
  ...Array.from({ length: 7 }, () => ''),
  amount,
  currency,
  ...debtor,
  ...reference,
  message,
  'EPD',
];

/** The lines of the EPC code of a SEPA transfer, version 2. */
const epcCode = (amount: string): string[] => [
  'BCD',
  '002',
  '1',
  'SCT',
  'POFICHBEXXX',
  'Alpenhost SA',
  'CH9300762011623852957',
  `EUR${amount}`,
  '',
  scor,
];

const noDebtor = Array.from({ length: 7 }, () => '');
const buyer = { street: 'Weg', buildingNumber: '1a', postalCode: '1010', town: 'Wien', country: 'AT' };
const foreign = (amount: number): Partial<DocumentContent> => ({
  seller,
  reference: scor,
  openAmount: money(amount, 'EUR'),
  buyer: { ...buyer, name: 'Łukasz Nguyễn' },
});
const foreignCode = (amount: string, message: string): string[] =>
  swissCode({
    iban: 'CH9300762011623852957',
    amount,
    currency: 'EUR',
    debtor: ['S', 'Łukasz Nguyên', 'Weg', '1a', '1010', 'Wien', 'AT'],
    reference: ['SCOR', scor],
    message,
  });

describe('the QR codes of a rendered page', () => {
  it.each<[DocumentLanguage, DocumentContent['kind'], string]>([
    ['de', 'open_invoice', 'Rechnung'],
    ['fr', 'open_invoice', 'Facture'],
    ['it', 'open_invoice', 'Fattura'],
    ['en', 'open_invoice', 'Invoice'],
    ['es', 'open_invoice', 'Factura'],
    ['de', 'pro_forma', 'Proforma-Rechnung'],
  ])('have all data of the document in language %s (%s)', async (language, kind, title) => {
    const message = `${title} 2026-000001`;
    const [swiss, ...others] = await codesOf(printedContent(1, { language, kind }));
    expect(swiss?.text.split('\n')).toEqual(swissCode({ message }));
    expect(others).toEqual([]);
    const [epc, swissOfEur] = await codesOf(printedContent(1, { language, kind, ...foreign(12_345) }));
    expect(epc?.text.split('\n')).toEqual(epcCode('123.45'));
    expect(swissOfEur?.text.split('\n')).toEqual(foreignCode('123.45', message));
  });

  it.each([
    [1, '0.01'],
    [5, '0.05'],
    [100, '1.00'],
    [105_060, '1050.60'],
    [99_999_999_999, '999999999.99'],
  ])('have the amount of %d cents as %s', async (amount, text) => {
    const [swiss] = await codesOf(printedContent(1, { openAmount: money(amount, 'CHF') }));
    expect(swiss?.text.split('\n')).toEqual(swissCode({ amount: text }));
    const [epc, swissOfEur] = await codesOf(printedContent(1, foreign(amount)));
    expect(epc?.text.split('\n')).toEqual(epcCode(text));
    expect(swissOfEur?.text.split('\n')).toEqual(foreignCode(text, 'Rechnung 2026-000001'));
  });

  it.each([
    [1, 1],
    // The payment part of 100 lines has a page of its own; the EPC code stays beside the totals.
    [100, 2],
  ])('can be read from a crooked scan of %d lines', async (count, pageOfEpcCode) => {
    for (const degrees of [-3, 2]) {
      const scan = { dpi: 150, degrees };
      const [swiss] = await codesOf(printedContent(count, { openAmount: money(12_972, 'CHF') }), scan);
      expect(swiss?.text.split('\n')).toEqual(swissCode({}));
      const document = printedContent(count, foreign(12_345));
      const [epc] = await codesOf(document, { ...scan, pageFromEnd: pageOfEpcCode });
      expect(epc?.text.split('\n')).toEqual(epcCode('123.45'));
      const swissOfEur = (await codesOf(document, scan)).at(-1);
      expect(swissOfEur?.text.split('\n')).toEqual(foreignCode('123.45', 'Rechnung 2026-000001'));
    }
  });

  it.each([
    ['has no near letters', { ...buyer, name: '株式会社' }, noDebtor],
    ['has no postcode', { ...buyer, name: 'Anna', postalCode: ' ' }, noDebtor],
    [
      'is as long as possible',
      {
        name: 'Ä'.repeat(71),
        street: 'ß'.repeat(71),
        buildingNumber: 'é'.repeat(17),
        postalCode: '1'.repeat(17),
        town: 'Ø'.repeat(36),
        country: 'DE',
      },
      ['S', 'Ä'.repeat(70), 'ß'.repeat(70), 'é'.repeat(16), '1'.repeat(16), 'Ø'.repeat(35), 'DE'],
    ],
  ])('have a debtor whose address %s', async (_, debtorAddress, debtor) => {
    const [swiss] = await codesOf(printedContent(1, { buyer: debtorAddress }));
    expect(swiss?.text.split('\n')).toEqual(swissCode({ debtor }));
  });

  it('have the size, the place and the error correction of the standard', async () => {
    const [swiss] = await codesOf(printedContent(1));
    const mm = (pixels: number): number => (pixels / DPI) * 25.4;
    // The code is 46 mm wide, 5 mm right of the receipt of 62 mm, and 17 mm below the top of the payment part.
    expect(mm(swiss!.size)).toBeCloseTo(46, 0);
    expect(mm(swiss!.x)).toBeCloseTo(62 + 5, 0);
    expect(mm(swiss!.y)).toBeCloseTo(297 - 105 + 17, 0);
    expect(swiss!.errorCorrection).toBe('M');
    const [epc] = await codesOf(printedContent(1, foreign(12_345)));
    expect(epc!.errorCorrection).toBe('M');
  });
});
