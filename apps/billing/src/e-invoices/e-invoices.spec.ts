import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { violatedRules } from '../../test/en16931-rules.ts';
import { readXml } from '../../test/read-xml.ts';
import { netLine, storedDocument } from '../../test/stored-document.ts';
import { describeEInvoice, type EInvoiceSource } from './describe-e-invoice.ts';
import { profiles } from './e-invoice-profile.ts';
import { writeCii } from './write-cii.ts';
import { writeUbl } from './write-ubl.ts';

const germanBody = {
  name: 'Stadt Köln',
  street: 'Domplatz',
  buildingNumber: null,
  postalCode: '50667',
  town: 'Köln',
  country: 'DE',
  vatNumber: null,
  buyerReference: '05315-12345-06',
  mailboxes: ['rechnung@koeln.example'],
};
const ublOf = (...document: Parameters<typeof storedDocument>): string => {
  const { row, lines } = storedDocument(...document);
  return writeUbl(describeEInvoice(row, lines));
};

const creditNote: Partial<EInvoiceSource> = {
  kind: 'credit_note',
  number: 'CRN-2026-000001',
  status: 'issued',
  due_on: null,
  reference: null,
  invoice_id: '01938b5c-7a00-7c3e-9f00-5d1d2f6a4b11',
  invoice_number: 'INV-2026-000001',
  corrected_invoice_issued_on: '2026-01-15',
  reason: 'Kündigung',
  product_effect: 'ends',
};

describe('an e-invoice in UBL keeps the rules of EN 16931 (C-DOC-17)', () => {
  it.each<[string, Parameters<typeof storedDocument>]>([
    ['with one rate', []],
    ['with two rates', [[netLine(), netLine({ net: 3_333, vatBasisPoints: 260 }), netLine({ net: 1 })]]],
    ['outside of VAT', [[netLine({ vatBasisPoints: 0, vatCategory: 'O' })]]],
    [
      'with reverse charge',
      [
        [netLine({ vatBasisPoints: 0, vatCategory: 'AE' })],
        {
          is_reverse_charge: true,
          currency: 'EUR',
          reference: 'RF18539007547034',
          buyer: { ...germanBody, vatNumber: 'DE123456789' },
        },
      ],
    ],
    ['partly paid', [[netLine()], { status: 'part_paid', paid_amount: '5000' }]],
    ['paid', [[netLine()], { status: 'paid', paid_amount: '11675', paid_on: '2026-02-03' }]],
    ['for a German public body', [[netLine({ costCentre: '4200 Web' })], { buyer: germanBody, currency: 'EUR' }]],
    ['as credit note', [[netLine({ net: 5_400 })], creditNote]],
  ])('%s', (_, document) => {
    expect(violatedRules(ublOf(...document))).toEqual([]);
  });

  it('with any lines', () => {
    const line = fc
      .record({
        net: fc.integer({ min: 0, max: 900_000_000 }),
        vatBasisPoints: fc.constantFrom(260, 380, 770, 810, 1_900, 2_550),
      })
      .map(netLine);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 30 }), fc.boolean(), (lines, isCredit) => {
        expect(violatedRules(ublOf(lines, isCredit ? creditNote : {}))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['BR-CO-10', (ubl: string) => ubl.replace(/(<cac:InvoiceLine>.*?<cbc:LineExtensionAmount[^>]*>)108/, '$1107')],
    ['BR-CO-14', (ubl: string) => ubl.replace(/(<cac:TaxTotal><cbc:TaxAmount[^>]*>)8\.75/, '$18.76')],
    ['BR-CO-15', (ubl: string) => ubl.replace(/(<cbc:TaxInclusiveAmount[^>]*>)116\.75/, '$1116.76')],
    ['BR-CO-16', (ubl: string) => ubl.replace(/(<cbc:PayableAmount[^>]*>)116\.75/, '$1116.70')],
    ['BR-CO-17', (ubl: string) => ubl.replace(/(<cac:TaxSubtotal>.*?<cbc:TaxAmount[^>]*>)8\.75/, '$18.74')],
    ['BR-CO-25', (ubl: string) => ubl.replace(/<cbc:DueDate>.*?<\/cbc:DueDate>/, '')],
    ['BR-S-02', (ubl: string) => ubl.replace(/<cac:PartyTaxScheme>.*?<\/cac:PartyTaxScheme>/, '')],
    ['BR-DEC', (ubl: string) => ubl.replaceAll('108.00', '108.001')],
  ])('%s is found when it is violated', (rule, change) => {
    expect(violatedRules(change(ublOf()))).toContain(rule);
  });
});

describe('an e-invoice', () => {
  it('contains the terms of the document', () => {
    const ubl = ublOf([netLine({ costCentre: '4200 Web' })], {
      status: 'part_paid',
      paid_amount: '1675',
      buyer: { ...germanBody, country: 'CH', purchaseOrder: 'PO 4711', vatNumber: 'CHE-116.281.710 MWST' },
    });
    for (const part of [
      '<cbc:ID>INV-2026-000001</cbc:ID>',
      '<cbc:DueDate>2026-03-02</cbc:DueDate>',
      '<cbc:BuyerReference>05315-12345-06</cbc:BuyerReference>',
      '<cac:OrderReference><cbc:ID>PO 4711</cbc:ID></cac:OrderReference>',
      '<cbc:CompanyID>CHE123456788MWST</cbc:CompanyID>',
      '<cbc:CompanyID schemeID="0183">CHE123456788</cbc:CompanyID>',
      '<cbc:CompanyID>CHE116281710MWST</cbc:CompanyID>',
      '<cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cbc:PaymentID>210000000000000000000000011</cbc:PaymentID>',
      '<cbc:ID>CH4431999123000889012</cbc:ID>',
      '<cbc:InvoicedQuantity unitCode="ANN">1</cbc:InvoicedQuantity>',
      '<cbc:AccountingCost>4200 Web</cbc:AccountingCost>',
      '<cbc:StartDate>2026-01-31</cbc:StartDate><cbc:EndDate>2027-01-30</cbc:EndDate>',
      '<cbc:PrepaidAmount currencyID="CHF">16.75</cbc:PrepaidAmount>',
      '<cbc:PayableAmount currencyID="CHF">100.00</cbc:PayableAmount>',
    ])
      expect(ubl).toContain(part);
  });

  it('escapes names, also in CII', () => {
    const { row, lines } = storedDocument();
    const terms = describeEInvoice(row, lines);
    for (const xml of [writeUbl(terms), writeCii(terms)]) {
      expect(xml).toContain('Müller &amp; Söhne &lt;AG&gt;');
      expect(readXml(xml).children.length).toBeGreaterThan(2);
    }
  });

  it('of a credit note names the corrected invoice', () => {
    const ubl = ublOf([netLine()], creditNote);
    expect(ubl).toMatch(/^<\?xml[^>]*>\n<CreditNote xmlns=/);
    expect(ubl).toContain('<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>');
    expect(ubl).toContain(
      '<cac:InvoiceDocumentReference><cbc:ID>INV-2026-000001</cbc:ID><cbc:IssueDate>2026-01-15</cbc:IssueDate>',
    );
    expect(ubl).toContain('<cbc:CreditedQuantity unitCode="ANN">1</cbc:CreditedQuantity>');
  });

  it.each([
    ['XRechnung for a German public body', germanBody, profiles.xrechnung],
    ['EN 16931 for another German buyer', { ...germanBody, buyerReference: 'Base' }, profiles.en16931],
    ['EN 16931 without an electronic address', { ...germanBody, mailboxes: [] }, profiles.en16931],
    ['Peppol for a participant', { ...germanBody, country: 'BE', peppolId: '0208:0123456789' }, profiles.peppol],
    [
      'EN 16931 for a participant without a reference',
      { ...germanBody, country: 'BE', peppolId: '0208:0123456789', buyerReference: null },
      profiles.en16931,
    ],
  ])('follows %s', (_, buyer, { specification }) => {
    const ubl = ublOf([netLine()], { buyer, currency: 'EUR' });
    expect(ubl).toContain(`<cbc:CustomizationID>${specification}</cbc:CustomizationID>`);
  });

  it('has the addresses that Peppol needs', () => {
    const buyer = { ...germanBody, country: 'BE', peppolId: '0208:0123456789' };
    const ubl = ublOf([netLine()], { buyer, currency: 'EUR' });
    expect(ubl).toContain('<cbc:EndpointID schemeID="0183">CHE123456788</cbc:EndpointID>');
    expect(ubl).toContain('<cbc:EndpointID schemeID="0208">0123456789</cbc:EndpointID>');
  });

  it.each<[string, Partial<EInvoiceSource>]>([
    ['a pro forma', { kind: 'pro_forma', status: 'issued' }],
    ['a currency with three decimals', { currency: 'KWD' }],
  ])('does not exist for %s', (_, fields) => {
    expect(() => ublOf([netLine()], fields)).toThrow(expect.objectContaining({ code: 'E_INVOICE_NOT_AVAILABLE' }));
  });
});
