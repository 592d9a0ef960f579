import { decimalText, money } from '@cordee/money/money';
import type { EInvoice, EInvoiceLine, VatBreakdown } from './e-invoice.ts';
import { profiles } from './e-invoice-profile.ts';
import { element, group, leaf, type Xml } from '../xml/xml.ts';

const namespaces = {
  'xmlns:cac': 'urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2',
  'xmlns:cbc': 'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2',
};

/** The names and codes that differ between the two documents of UBL. */
const forms = {
  invoice: { root: 'Invoice', typeCode: '380', quantity: 'InvoicedQuantity', line: 'InvoiceLine' },
  credit_note: { root: 'CreditNote', typeCode: '381', quantity: 'CreditedQuantity', line: 'CreditNoteLine' },
} as const;

/** Writes an e-invoice as UBL 2.1, with the elements in the order of its schema. */
export function writeUbl(invoice: EInvoice): string {
  const { root, typeCode } = forms[invoice.kind];
  const { specification, process } = profiles[invoice.profile];
  const body = element(
    root,
    { xmlns: `urn:oasis:names:specification:ubl:schema:xsd:${root}-2`, ...namespaces },
    leaf('cbc:CustomizationID', specification),
    leaf('cbc:ProfileID', process),
    leaf('cbc:ID', invoice.number),
    leaf('cbc:IssueDate', invoice.issuedOn),
    // A credit note has no due date in UBL.
    invoice.kind === 'invoice' && leaf('cbc:DueDate', invoice.dueOn),
    leaf(`cbc:${root}TypeCode`, typeCode),
    leaf('cbc:Note', invoice.note),
    leaf('cbc:DocumentCurrencyCode', invoice.currency),
    leaf('cbc:BuyerReference', invoice.buyerReference),
    group('cac:OrderReference', leaf('cbc:ID', invoice.purchaseOrder)),
    group(
      'cac:BillingReference',
      group(
        'cac:InvoiceDocumentReference',
        leaf('cbc:ID', invoice.correctedInvoice?.number),
        leaf('cbc:IssueDate', invoice.correctedInvoice?.issuedOn),
      ),
    ),
    group('cac:AccountingSupplierParty', sellerParty(invoice)),
    group('cac:AccountingCustomerParty', buyerParty(invoice)),
    paymentMeans(invoice),
    group('cac:PaymentTerms', leaf('cbc:Note', invoice.terms)),
    taxTotal(invoice),
    monetaryTotal(invoice),
    invoice.lines.map((line) => lineOf(line, invoice)),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${body}\n`;
}

const amountOf = (name: string, amount: number, { currency }: EInvoice): string | undefined =>
  leaf(name, decimalText(money(amount, currency)), { currencyID: currency });

const sellerParty = ({ seller }: EInvoice): Xml =>
  group(
    'cac:Party',
    leaf('cbc:EndpointID', seller.electronicAddress?.value, { schemeID: seller.electronicAddress?.scheme }),
    postalAddress(seller),
    taxScheme(seller.vatNumber),
    taxScheme(seller.taxRegistration, otherScheme),
    group(
      'cac:PartyLegalEntity',
      leaf('cbc:RegistrationName', seller.name),
      leaf('cbc:CompanyID', seller.registration?.value, { schemeID: seller.registration?.scheme }),
    ),
    (seller.phone !== undefined || seller.email !== undefined) &&
      group(
        'cac:Contact',
        leaf('cbc:Name', seller.name),
        leaf('cbc:Telephone', seller.phone),
        leaf('cbc:ElectronicMail', seller.email),
      ),
  );

const buyerParty = ({ buyer }: EInvoice): Xml =>
  group(
    'cac:Party',
    leaf('cbc:EndpointID', buyer.electronicAddress?.value, { schemeID: buyer.electronicAddress?.scheme }),
    postalAddress(buyer),
    taxScheme(buyer.vatNumber),
    group('cac:PartyLegalEntity', leaf('cbc:RegistrationName', buyer.name)),
  );

const postalAddress = ({ street, town, postalCode, country }: EInvoice['buyer']): Xml =>
  group(
    'cac:PostalAddress',
    street !== '' && leaf('cbc:StreetName', street),
    leaf('cbc:CityName', town),
    leaf('cbc:PostalZone', postalCode),
    group('cac:Country', leaf('cbc:IdentificationCode', country)),
  );

const vatScheme = '<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>';
const otherScheme = '<cac:TaxScheme><cbc:ID>TAX</cbc:ID></cac:TaxScheme>';

const taxScheme = (number: string | undefined, scheme = vatScheme): Xml =>
  number !== undefined && group('cac:PartyTaxScheme', leaf('cbc:CompanyID', number), scheme);

const paymentMeans = ({ payment }: EInvoice): Xml =>
  payment !== undefined &&
  group(
    'cac:PaymentMeans',
    leaf('cbc:PaymentMeansCode', payment.code),
    leaf('cbc:PaymentID', payment.reference),
    group(
      'cac:PayeeFinancialAccount',
      leaf('cbc:ID', payment.account),
      group('cac:FinancialInstitutionBranch', leaf('cbc:ID', payment.bic)),
    ),
  );

const taxTotal = (invoice: EInvoice): Xml =>
  group(
    'cac:TaxTotal',
    amountOf('cbc:TaxAmount', invoice.totals.vat, invoice),
    invoice.breakdown.map((part) =>
      group(
        'cac:TaxSubtotal',
        amountOf('cbc:TaxableAmount', part.net, invoice),
        amountOf('cbc:TaxAmount', part.vat, invoice),
        group(
          'cac:TaxCategory',
          categoryFields(part),
          leaf('cbc:TaxExemptionReasonCode', part.exemption?.code),
          leaf('cbc:TaxExemptionReason', part.exemption?.text),
          vatScheme,
        ),
      ),
    ),
  );

/** The category and the rate. A line outside of VAT has no rate. */
const categoryFields = ({ category, rateBasisPoints }: Pick<VatBreakdown, 'category' | 'rateBasisPoints'>): Xml => [
  leaf('cbc:ID', category),
  category !== 'O' && leaf('cbc:Percent', String(rateBasisPoints / 100)),
];

const monetaryTotal = (invoice: EInvoice): Xml => {
  const { net, total, paid, rounding, due } = invoice.totals;
  return group(
    'cac:LegalMonetaryTotal',
    amountOf('cbc:LineExtensionAmount', net, invoice),
    amountOf('cbc:TaxExclusiveAmount', net, invoice),
    amountOf('cbc:TaxInclusiveAmount', total, invoice),
    paid !== 0 && amountOf('cbc:PrepaidAmount', paid, invoice),
    rounding !== 0 && amountOf('cbc:PayableRoundingAmount', rounding, invoice),
    amountOf('cbc:PayableAmount', due, invoice),
  );
};

const lineOf = (line: EInvoiceLine, invoice: EInvoice): Xml => {
  const form = forms[invoice.kind];
  return group(
    `cac:${form.line}`,
    leaf('cbc:ID', String(line.id)),
    leaf(`cbc:${form.quantity}`, String(line.quantity), { unitCode: line.unit }),
    amountOf('cbc:LineExtensionAmount', line.net, invoice),
    leaf('cbc:AccountingCost', line.costCentre),
    group('cac:InvoicePeriod', leaf('cbc:StartDate', line.period?.start), leaf('cbc:EndDate', line.period?.end)),
    group('cac:Item', leaf('cbc:Name', line.name), group('cac:ClassifiedTaxCategory', categoryFields(line), vatScheme)),
    group('cac:Price', amountOf('cbc:PriceAmount', Math.abs(line.net), invoice)),
  );
};
