import { decimalText, money } from '@cordee/money/money';
import type { EInvoice, EInvoiceLine, VatBreakdown } from './e-invoice.ts';
import { profiles } from './e-invoice-profile.ts';
import { element, group, leaf, type Xml } from '../xml/xml.ts';

const namespaces = {
  'xmlns:rsm': 'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100',
  'xmlns:ram': 'urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100',
  'xmlns:qdt': 'urn:un:unece:uncefact:data:standard:QualifiedDataType:100',
  'xmlns:udt': 'urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100',
};

const typeCodes = { invoice: '380', credit_note: '381' } as const;

/** Writes an e-invoice as Cross Industry Invoice D16B, the syntax inside of Factur-X. */
export function writeCii(invoice: EInvoice): string {
  const { specification, process } = profiles[invoice.profile];
  const body = element(
    'rsm:CrossIndustryInvoice',
    namespaces,
    group(
      'rsm:ExchangedDocumentContext',
      group('ram:BusinessProcessSpecifiedDocumentContextParameter', leaf('ram:ID', process)),
      group('ram:GuidelineSpecifiedDocumentContextParameter', leaf('ram:ID', specification)),
    ),
    group(
      'rsm:ExchangedDocument',
      leaf('ram:ID', invoice.number),
      leaf('ram:TypeCode', typeCodes[invoice.kind]),
      date('ram:IssueDateTime', invoice.issuedOn),
      group('ram:IncludedNote', leaf('ram:Content', invoice.note)),
    ),
    group(
      'rsm:SupplyChainTradeTransaction',
      invoice.lines.map((line) => lineOf(line, invoice)),
      agreement(invoice),
      '<ram:ApplicableHeaderTradeDelivery></ram:ApplicableHeaderTradeDelivery>',
      settlement(invoice),
    ),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${body}\n`;
}

/** A date with the format code 102: `YYYYMMDD`. */
const date = (name: string, value: string | undefined, prefix = 'udt'): Xml =>
  value !== undefined && group(name, leaf(`${prefix}:DateTimeString`, value.replaceAll('-', ''), { format: '102' }));

const amountOf = (name: string, amount: number, { currency }: EInvoice): string | undefined =>
  leaf(name, decimalText(money(amount, currency)));

const lineOf = (line: EInvoiceLine, invoice: EInvoice): Xml =>
  group(
    'ram:IncludedSupplyChainTradeLineItem',
    group('ram:AssociatedDocumentLineDocument', leaf('ram:LineID', String(line.id))),
    group('ram:SpecifiedTradeProduct', leaf('ram:Name', line.name)),
    group(
      'ram:SpecifiedLineTradeAgreement',
      group('ram:NetPriceProductTradePrice', amountOf('ram:ChargeAmount', Math.abs(line.net), invoice)),
    ),
    group('ram:SpecifiedLineTradeDelivery', leaf('ram:BilledQuantity', String(line.quantity), { unitCode: line.unit })),
    group(
      'ram:SpecifiedLineTradeSettlement',
      group('ram:ApplicableTradeTax', leaf('ram:TypeCode', 'VAT'), categoryFields(line)),
      group(
        'ram:BillingSpecifiedPeriod',
        date('ram:StartDateTime', line.period?.start),
        date('ram:EndDateTime', line.period?.end),
      ),
      group('ram:SpecifiedTradeSettlementLineMonetarySummation', amountOf('ram:LineTotalAmount', line.net, invoice)),
      group('ram:ReceivableSpecifiedTradeAccountingAccount', leaf('ram:ID', line.costCentre)),
    ),
  );

/** The category and the rate. A line outside of VAT has no rate. */
const categoryFields = ({ category, rateBasisPoints }: Pick<VatBreakdown, 'category' | 'rateBasisPoints'>): Xml => [
  leaf('ram:CategoryCode', category),
  category !== 'O' && leaf('ram:RateApplicablePercent', String(rateBasisPoints / 100)),
];

const agreement = (invoice: EInvoice): Xml =>
  group(
    'ram:ApplicableHeaderTradeAgreement',
    leaf('ram:BuyerReference', invoice.buyerReference),
    sellerParty(invoice),
    buyerParty(invoice),
    group('ram:BuyerOrderReferencedDocument', leaf('ram:IssuerAssignedID', invoice.purchaseOrder)),
  );

const sellerParty = ({ seller }: EInvoice): Xml =>
  group(
    'ram:SellerTradeParty',
    leaf('ram:Name', seller.name),
    group(
      'ram:SpecifiedLegalOrganization',
      leaf('ram:ID', seller.registration?.value, { schemeID: seller.registration?.scheme }),
    ),
    (seller.phone !== undefined || seller.email !== undefined) &&
      group(
        'ram:DefinedTradeContact',
        leaf('ram:PersonName', seller.name),
        group('ram:TelephoneUniversalCommunication', leaf('ram:CompleteNumber', seller.phone)),
        group('ram:EmailURIUniversalCommunication', leaf('ram:URIID', seller.email)),
      ),
    partyDetails(seller),
    group('ram:SpecifiedTaxRegistration', leaf('ram:ID', seller.taxRegistration, { schemeID: 'FC' })),
  );

const buyerParty = ({ buyer }: EInvoice): Xml =>
  group('ram:BuyerTradeParty', leaf('ram:Name', buyer.name), partyDetails(buyer));

const partyDetails = ({ street, town, postalCode, country, electronicAddress, vatNumber }: EInvoice['buyer']): Xml => [
  group(
    'ram:PostalTradeAddress',
    leaf('ram:PostcodeCode', postalCode),
    street !== '' && leaf('ram:LineOne', street),
    leaf('ram:CityName', town),
    leaf('ram:CountryID', country),
  ),
  group(
    'ram:URIUniversalCommunication',
    leaf('ram:URIID', electronicAddress?.value, { schemeID: electronicAddress?.scheme }),
  ),
  group('ram:SpecifiedTaxRegistration', leaf('ram:ID', vatNumber, { schemeID: 'VA' })),
];

const settlement = (invoice: EInvoice): Xml =>
  group(
    'ram:ApplicableHeaderTradeSettlement',
    leaf('ram:PaymentReference', invoice.payment?.reference),
    leaf('ram:InvoiceCurrencyCode', invoice.currency),
    paymentMeans(invoice),
    invoice.breakdown.map((part) =>
      group(
        'ram:ApplicableTradeTax',
        amountOf('ram:CalculatedAmount', part.vat, invoice),
        leaf('ram:TypeCode', 'VAT'),
        leaf('ram:ExemptionReason', part.exemption?.text),
        amountOf('ram:BasisAmount', part.net, invoice),
        leaf('ram:CategoryCode', part.category),
        leaf('ram:ExemptionReasonCode', part.exemption?.code),
        part.category !== 'O' && leaf('ram:RateApplicablePercent', String(part.rateBasisPoints / 100)),
      ),
    ),
    group(
      'ram:SpecifiedTradePaymentTerms',
      leaf('ram:Description', invoice.terms),
      date('ram:DueDateDateTime', invoice.dueOn),
    ),
    summation(invoice),
    group(
      'ram:InvoiceReferencedDocument',
      leaf('ram:IssuerAssignedID', invoice.correctedInvoice?.number),
      date('ram:FormattedIssueDateTime', invoice.correctedInvoice?.issuedOn, 'qdt'),
    ),
  );

const paymentMeans = ({ payment }: EInvoice): Xml =>
  payment !== undefined &&
  group(
    'ram:SpecifiedTradeSettlementPaymentMeans',
    leaf('ram:TypeCode', payment.code),
    group('ram:PayeePartyCreditorFinancialAccount', leaf('ram:IBANID', payment.account)),
    group('ram:PayeeSpecifiedCreditorFinancialInstitution', leaf('ram:BICID', payment.bic)),
  );

const summation = (invoice: EInvoice): Xml => {
  const { net, vat, total, paid, rounding, due } = invoice.totals;
  return group(
    'ram:SpecifiedTradeSettlementHeaderMonetarySummation',
    amountOf('ram:LineTotalAmount', net, invoice),
    amountOf('ram:TaxBasisTotalAmount', net, invoice),
    leaf('ram:TaxTotalAmount', decimalText(money(vat, invoice.currency)), { currencyID: invoice.currency }),
    rounding !== 0 && amountOf('ram:RoundingAmount', rounding, invoice),
    amountOf('ram:GrandTotalAmount', total, invoice),
    paid !== 0 && amountOf('ram:TotalPrepaidAmount', paid, invoice),
    amountOf('ram:DuePayableAmount', due, invoice),
  );
};
