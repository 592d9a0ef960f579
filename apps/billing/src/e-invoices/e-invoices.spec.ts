import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PUBLISHED_TOLERANCE, violatedRules } from '../../test/en16931-rules.ts';
import { readXml } from '../../test/read-xml.ts';
import { netLine, storedDocument } from '../../test/stored-document.ts';
import { creditedLines } from '../credit-notes/credited-lines.ts';
import { totalsOf, withVat, type DocumentLine } from '../documents/document-line.ts';
import { moveTaxPoint } from '../vat/move-tax-point.ts';
import { decisionOfEarlierVersion } from '../vat/vat-decision.ts';
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

/** The decision about a consumer whose VAT is charged under a registration abroad. */
const underRegistration = (scope: string, number: string, state = scope): Partial<EInvoiceSource> => {
  const { row } = storedDocument();
  const territory = { code: state, state, area: 'other' } as const;
  return {
    buyer: { ...row.buyer, country: state, postalCode: '1000' },
    vat_decision: { ...decisionOfEarlierVersion(false, '2026-01-31'), territory, registration: { scope, number } },
  };
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
    ['rounded down', [[netLine({ net: 1_140 })], { total: '1230', open_amount: '1230' }]],
    ['rounded up and paid', [[netLine({ net: 1_141 })], { status: 'paid', total: '1235', paid_amount: '1235' }]],
    ['as credit note with rounding', [[netLine({ net: 1_140 })], { ...creditNote, total: '1230' }]],
    ['as credit note', [[netLine({ net: 5_400 })], creditNote]],
    ['under OSS', [[netLine({ vatBasisPoints: 2_100 })], underRegistration('OSS', 'EU372000001', 'BE')]],
    [
      'under a registration in France',
      [[netLine({ vatBasisPoints: 2_000 })], underRegistration('FR', 'FR40303265045')],
    ],
    ['under VOEC in Norway', [[netLine({ vatBasisPoints: 2_500 })], underRegistration('NO', '2012345')]],
    ['under a registration in Norway', [[netLine({ vatBasisPoints: 2_500 })], underRegistration('NO', '123456785MVA')]],
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

  const anyRate = fc.constantFrom(260, 380, 810, 1_900, 2_550);
  const anyLines = fc.array(
    fc.record({ net: fc.integer({ min: 1, max: 90_000 }), vatBasisPoints: anyRate }).map(netLine),
    { minLength: 1, maxLength: 5 },
  );
  /** The UBL of lines with a stored VAT; null when the e-invoice is refused. */
  const ublOfTaxedLines = (lines: readonly DocumentLine[], fields: Partial<EInvoiceSource>): string | null => {
    const { net, vat, gross } = totalsOf(lines, fields.currency ?? 'CHF');
    const amounts = { net: String(net.amount), vat: String(vat.amount), total: String(gross.amount) };
    const { row } = storedDocument([netLine()], { ...fields, ...amounts });
    try {
      return writeUbl(describeEInvoice(row, lines));
    } catch (error) {
      expect(error).toMatchObject({ code: 'E_INVOICE_NOT_AVAILABLE' });
      return null;
    }
  };

  it('in yen, which has no decimals: the VAT differs by half a yen at most', () => {
    fc.assert(
      fc.property(anyLines, (lines) => {
        const ubl = ublOf(lines, { currency: 'JPY' });
        expect(violatedRules(ubl, 5_000n)).toEqual([]);
        expect(ubl).not.toMatch(/currencyID="JPY">-?\d+\./);
      }),
    );
    for (const vatCategory of ['AE', 'O'] as const) {
      const buyer = { ...germanBody, vatNumber: 'DE123456789' };
      const lines = [netLine({ net: 1_234, vatBasisPoints: 0, vatCategory })];
      expect(violatedRules(ublOf(lines, { currency: 'JPY', buyer }))).toEqual([]);
    }
  });

  it('when the total is binding: the VAT differs by a cent at most', () => {
    const decision = decisionOfEarlierVersion(false, '2026-01-31');
    const estonia = {
      ...decision,
      territory: { code: 'EE', state: 'EE', area: 'eu' },
      rateMethod: 'tax_point',
    } as const;
    const nets = fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(nets, (amounts) => {
        const lines = withVat(
          amounts.map((net) => netLine({ net, vatBasisPoints: 2_200 })),
          'CHF',
        );
        const ubl = ublOfTaxedLines(moveTaxPoint(estonia, lines, '2026-01-31').lines, {});
        expect(violatedRules(ubl!, 100n)).toEqual([]);
      }),
    );
  });

  it.each(['CHF', 'JPY'] as const)(
    'as credit notes that credit a document in %s in parts: the VAT differs by less than one, or it is refused',
    (currency) => {
      fc.assert(
        fc.property(
          anyLines,
          fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }),
          (netLines, shares) => {
            let openLines: DocumentLine[] = withVat(netLines, currency);
            for (const share of [...shares, 1]) {
              const gross = totalsOf(openLines, currency).gross.amount;
              if (gross === 0) return;
              const lines = creditedLines(openLines, { amount: Math.max(1, Math.floor(gross * share)) });
              const ubl = ublOfTaxedLines(lines, { ...creditNote, currency });
              if (ubl !== null) expect(violatedRules(ubl, PUBLISHED_TOLERANCE)).toEqual([]);
              else expect(currency).toBe('JPY');
              openLines = openLines.map((line, position) => {
                const credited = lines.find(({ creditedPosition }) => creditedPosition === position);
                return { ...line, net: line.net - (credited?.net ?? 0), vat: line.vat - (credited?.vat ?? 0) };
              });
            }
          },
        ),
      );
    },
  );

  it.each([
    [108, 9, 'states the stored VAT'],
    [108, 8, 'states the stored VAT'],
    // The calculated VAT is 8.75. A VAT of 7 or 10 differs by more than one.
    [108, 7, 'is refused'],
    [108, 10, 'is refused'],
  ])('%d yen with %d yen of VAT: it %s', (net, vat, outcome) => {
    const ubl = ublOfTaxedLines([{ ...netLine({ net }), vat }], { currency: 'JPY' });
    expect(ubl === null ? 'is refused' : 'states the stored VAT').toBe(outcome);
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

  it.each([
    ['of a country as VAT identifier', 'GB', 'GB123456789', 'VAT', 'GB123456789'],
    ['of Norway with its country', 'NO', '123456785MVA', 'VAT', 'NO123456785MVA'],
    ['of VOEC, which has no country, as tax registration', 'NO', '2012345', 'TAX', '2012345'],
    ['of OSS, which has no country, as tax registration', 'OSS', 'EU372000001', 'TAX', 'EU372000001'],
  ])('has the number of the registration %s', (_, scope, number, ublScheme, text) => {
    const { row, lines } = storedDocument([netLine()], underRegistration(scope, number, 'BE'));
    const terms = describeEInvoice(row, lines);
    const taxScheme = `<cac:TaxScheme><cbc:ID>${ublScheme}</cbc:ID></cac:TaxScheme>`;
    const [, supplier] = /<cac:AccountingSupplierParty>(.*?)<\/cac:AccountingSupplierParty>/s.exec(writeUbl(terms))!;
    expect(supplier!.match(/<cac:PartyTaxScheme>.*?<\/cac:PartyTaxScheme>/gs)).toEqual([
      `<cac:PartyTaxScheme><cbc:CompanyID>${text}</cbc:CompanyID>${taxScheme}</cac:PartyTaxScheme>`,
    ]);
    const ciiScheme = ublScheme === 'VAT' ? 'VA' : 'FC';
    const [, seller] = /<ram:SellerTradeParty>(.*?)<\/ram:SellerTradeParty>/s.exec(writeCii(terms))!;
    expect(seller!.match(/<ram:SpecifiedTaxRegistration>.*?<\/ram:SpecifiedTaxRegistration>/gs)).toEqual([
      `<ram:SpecifiedTaxRegistration><ram:ID schemeID="${ciiScheme}">${text}</ram:ID></ram:SpecifiedTaxRegistration>`,
    ]);
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
