import type { XmlElement } from '../src/bank-files/xml-element.ts';
import { readXml } from './read-xml.ts';

/**
 * Checks rules of EN 16931 on an invoice or credit note in UBL, as the norm publishes them. Knows nothing of the
 * program that wrote the document. Returns the ids of the violated rules. `vatTolerance` is the amount by which the VAT
 * of a rate may differ from the product of amount and rate, in ten-thousandths.
 */
export function violatedRules(ubl: string, vatTolerance = 0n): string[] {
  const root = readXml(ubl);
  return Object.entries(rules).flatMap(([id, holds]) => (holds(root, vatTolerance) ? [] : [id]));
}

/** The published Schematron rules let the VAT of a rate differ by less than one unit of the currency. */
export const PUBLISHED_TOLERANCE = 9_999n;

type Rule = (root: XmlElement, vatTolerance: bigint) => boolean;

const all = (from: XmlElement, path: string): XmlElement[] =>
  path
    .split('/')
    .reduce<XmlElement[]>(
      (elements, name) => elements.flatMap(({ children }) => children.filter((child) => child.name === name)),
      [from],
    );
const textOf = (from: XmlElement, path: string): string | undefined => all(from, path)[0]?.text;
const has = (from: XmlElement, path: string): boolean =>
  (textOf(from, path) ?? '').trim() !== '' || all(from, path).some(({ children }) => children.length > 0);

/** An amount as an integer of ten-thousandths, so that products of two decimals are exact. */
const SCALE = 10_000n;
function decimal(text: string | undefined): bigint {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,4}))?$/.exec(text ?? '0') ?? [];
  if (whole === undefined) throw new Error(`no decimal: ${text}`);
  const value = BigInt(whole) * SCALE + BigInt(fraction.padEnd(4, '0'));
  return sign ? -value : value;
}
const amount = (from: XmlElement, path: string): bigint => decimal(textOf(from, path));
const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

const linesOf = (root: XmlElement): XmlElement[] => [...all(root, 'InvoiceLine'), ...all(root, 'CreditNoteLine')];
const subtotalsOf = (root: XmlElement): XmlElement[] => all(root, 'TaxTotal/TaxSubtotal');
const categoryOf = (line: XmlElement): string | undefined => textOf(line, 'Item/ClassifiedTaxCategory/ID');
const subtotals = (root: XmlElement, category: string): XmlElement[] =>
  subtotalsOf(root).filter((subtotal) => textOf(subtotal, 'TaxCategory/ID') === category);
const lines = (root: XmlElement, category: string): XmlElement[] =>
  linesOf(root).filter((line) => categoryOf(line) === category);
const taxNumbers = (root: XmlElement, party: 'Supplier' | 'Customer', isVat: boolean): string[] =>
  all(root, `Accounting${party}Party/Party/PartyTaxScheme`)
    .filter((scheme) => (textOf(scheme, 'TaxScheme/ID') === 'VAT') === isVat)
    .flatMap((scheme) => textOf(scheme, 'CompanyID') ?? []);
const sellerVat = (root: XmlElement): boolean => taxNumbers(root, 'Supplier', true).length > 0;
const sellerTax = (root: XmlElement): boolean => sellerVat(root) || taxNumbers(root, 'Supplier', false).length > 0;
const buyerVat = (root: XmlElement): boolean => taxNumbers(root, 'Customer', true).length > 0;

const countries = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
/** True for a country of ISO 3166-1, and for the prefixes of Greece and Northern Ireland. EU is no country. */
const isVatPrefix = (prefix: string): boolean =>
  ['EL', 'XI'].includes(prefix) ||
  (/^[A-Z]{2}$/.test(prefix) && !['EU', 'UN', 'EZ', 'ZZ'].includes(prefix) && countries.of(prefix) !== undefined);
const hasReason = (subtotal: XmlElement): boolean =>
  has(subtotal, 'TaxCategory/TaxExemptionReason') || has(subtotal, 'TaxCategory/TaxExemptionReasonCode');

/** The tax of a category, rounded to two decimals, half away from zero. */
function taxOf(subtotal: XmlElement): bigint {
  const product = amount(subtotal, 'TaxableAmount') * amount(subtotal, 'TaxCategory/Percent');
  const hundredth = SCALE * SCALE; // of an amount times a percentage, for 0.01
  const rounded = (product < 0n ? -product : product) + hundredth / 2n;
  const cents = rounded / hundredth;
  return (product < 0n ? -cents : cents) * (SCALE / 100n);
}

function hasItsTax(subtotal: XmlElement, tolerance: bigint): boolean {
  const difference = amount(subtotal, 'TaxAmount') - taxOf(subtotal);
  return difference <= tolerance && -difference <= tolerance;
}

/** The parts of a category with a rate: the breakdown and the lines have the same rates and the same net amounts. */
const linesMatchBreakdown = (root: XmlElement, category: string): boolean => {
  const rates = new Set(lines(root, category).map((line) => textOf(line, 'Item/ClassifiedTaxCategory/Percent')));
  const parts = subtotals(root, category);
  return (
    parts.length === rates.size &&
    parts.every((part) => {
      const rate = textOf(part, 'TaxCategory/Percent');
      const linesOfRate = lines(root, category).filter(
        (line) => textOf(line, 'Item/ClassifiedTaxCategory/Percent') === rate,
      );
      return sum(linesOfRate.map((line) => amount(line, 'LineExtensionAmount'))) === amount(part, 'TaxableAmount');
    })
  );
};

/** The rules of a category without tax. */
const untaxedRules = (category: 'AE' | 'O', prefix: string): Record<string, Rule> => ({
  [`${prefix}-01`]: (root) =>
    lines(root, category).length > 0 === subtotals(root, category).length > 0 && subtotals(root, category).length <= 1,
  [`${prefix}-05`]: (root) =>
    lines(root, category).every((line) =>
      category === 'O'
        ? !has(line, 'Item/ClassifiedTaxCategory/Percent')
        : amount(line, 'Item/ClassifiedTaxCategory/Percent') === 0n,
    ),
  [`${prefix}-08`]: (root) => linesMatchBreakdown(root, category),
  [`${prefix}-09`]: (root) => subtotals(root, category).every((part) => amount(part, 'TaxAmount') === 0n),
  [`${prefix}-10`]: (root) => subtotals(root, category).every(hasReason),
});

const rules: Record<string, Rule> = {
  'BR-01': (root) => has(root, 'CustomizationID'),
  'BR-02': (root) => has(root, 'ID'),
  'BR-03': (root) => /^\d{4}-\d\d-\d\d$/.test(textOf(root, 'IssueDate') ?? ''),
  'BR-04': (root) =>
    ['380', '381'].includes(textOf(root, 'InvoiceTypeCode') ?? textOf(root, 'CreditNoteTypeCode') ?? ''),
  'BR-05': (root) => /^[A-Z]{3}$/.test(textOf(root, 'DocumentCurrencyCode') ?? ''),
  'BR-06': (root) => has(root, 'AccountingSupplierParty/Party/PartyLegalEntity/RegistrationName'),
  'BR-07': (root) => has(root, 'AccountingCustomerParty/Party/PartyLegalEntity/RegistrationName'),
  'BR-09': (root) => has(root, 'AccountingSupplierParty/Party/PostalAddress/Country/IdentificationCode'),
  'BR-11': (root) => has(root, 'AccountingCustomerParty/Party/PostalAddress/Country/IdentificationCode'),
  'BR-16': (root) => linesOf(root).length > 0,
  'BR-22': (root) => linesOf(root).every((line) => has(line, 'InvoicedQuantity') || has(line, 'CreditedQuantity')),
  'BR-25': (root) => linesOf(root).every((line) => has(line, 'Item/Name')),
  'BR-27': (root) => linesOf(root).every((line) => amount(line, 'Price/PriceAmount') >= 0n),
  'BR-30': (root) =>
    linesOf(root).every((line) => {
      const [start, end] = [textOf(line, 'InvoicePeriod/StartDate'), textOf(line, 'InvoicePeriod/EndDate')];
      return start === undefined || end === undefined || start <= end;
    }),
  'BR-49': (root) => all(root, 'PaymentMeans').every((means) => has(means, 'PaymentMeansCode')),
  'BR-50': (root) =>
    all(root, 'PaymentMeans').every(
      (means) => !['30', '58'].includes(textOf(means, 'PaymentMeansCode')!) || has(means, 'PayeeFinancialAccount/ID'),
    ),
  'BR-55': (root) => all(root, 'BillingReference').every((part) => has(part, 'InvoiceDocumentReference/ID')),
  'BR-62': (root) =>
    all(root, 'AccountingSupplierParty/Party/EndpointID').every(({ attributes }) => attributes['schemeID']),
  'BR-63': (root) =>
    all(root, 'AccountingCustomerParty/Party/EndpointID').every(({ attributes }) => attributes['schemeID']),
  'BR-CO-04': (root) => linesOf(root).every((line) => categoryOf(line) !== undefined),
  'BR-CO-09': (root) =>
    [...taxNumbers(root, 'Supplier', true), ...taxNumbers(root, 'Customer', true)].every((number) =>
      isVatPrefix(number.slice(0, 2)),
    ),
  'BR-CO-10': (root) =>
    sum(linesOf(root).map((line) => amount(line, 'LineExtensionAmount'))) ===
    amount(root, 'LegalMonetaryTotal/LineExtensionAmount'),
  // Without allowances and charges of the document.
  'BR-CO-13': (root) =>
    amount(root, 'LegalMonetaryTotal/LineExtensionAmount') === amount(root, 'LegalMonetaryTotal/TaxExclusiveAmount'),
  'BR-CO-14': (root) =>
    sum(subtotalsOf(root).map((part) => amount(part, 'TaxAmount'))) === amount(root, 'TaxTotal/TaxAmount'),
  'BR-CO-15': (root) =>
    amount(root, 'LegalMonetaryTotal/TaxExclusiveAmount') + amount(root, 'TaxTotal/TaxAmount') ===
    amount(root, 'LegalMonetaryTotal/TaxInclusiveAmount'),
  'BR-CO-16': (root) =>
    amount(root, 'LegalMonetaryTotal/TaxInclusiveAmount') -
      amount(root, 'LegalMonetaryTotal/PrepaidAmount') +
      amount(root, 'LegalMonetaryTotal/PayableRoundingAmount') ===
    amount(root, 'LegalMonetaryTotal/PayableAmount'),
  'BR-CO-17': (root, vatTolerance) =>
    subtotalsOf(root).every((part) => !has(part, 'TaxCategory/Percent') || hasItsTax(part, vatTolerance)),
  'BR-CO-18': (root) => subtotalsOf(root).length > 0,
  'BR-CO-25': (root) =>
    amount(root, 'LegalMonetaryTotal/PayableAmount') <= 0n || has(root, 'DueDate') || has(root, 'PaymentTerms/Note'),
  'BR-CO-26': (root) => sellerVat(root) || has(root, 'AccountingSupplierParty/Party/PartyLegalEntity/CompanyID'),
  'BR-DEC': (root) => {
    const amountsOf = (element: XmlElement): XmlElement[] =>
      element.children.flatMap((child) => [...(child.name.endsWith('Amount') ? [child] : []), ...amountsOf(child)]);
    return amountsOf(root).every(
      ({ text, attributes }) =>
        /^-?\d+(\.\d{1,2})?$/.test(text) && attributes['currencyID'] === textOf(root, 'DocumentCurrencyCode'),
    );
  },
  'BR-S-02': (root) => lines(root, 'S').length === 0 || sellerTax(root),
  'BR-S-05': (root) => lines(root, 'S').every((line) => amount(line, 'Item/ClassifiedTaxCategory/Percent') > 0n),
  'BR-S-08': (root) => linesMatchBreakdown(root, 'S'),
  'BR-S-09': (root, vatTolerance) => subtotals(root, 'S').every((part) => hasItsTax(part, vatTolerance)),
  'BR-S-10': (root) => subtotals(root, 'S').every((part) => !hasReason(part)),
  'BR-AE-02': (root) => lines(root, 'AE').length === 0 || (sellerTax(root) && buyerVat(root)),
  ...untaxedRules('AE', 'BR-AE'),
  'BR-O-02': (root) => lines(root, 'O').length === 0 || (!sellerVat(root) && !buyerVat(root)),
  'BR-O-11': (root) => subtotals(root, 'O').length === 0 || subtotalsOf(root).length === 1,
  'BR-O-12': (root) => lines(root, 'O').length === 0 || lines(root, 'O').length === linesOf(root).length,
  ...untaxedRules('O', 'BR-O'),
};
