import type { XmlElement } from '../src/bank-files/xml-element.ts';
import { readXml } from './read-xml.ts';

/**
 * Checks rules of EN 16931 on an invoice or credit note in UBL, as the standard publishes them. Knows nothing of the
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

const elementsAt = (from: XmlElement, path: string): XmlElement[] =>
  path
    .split('/')
    .reduce<XmlElement[]>(
      (elements, name) => elements.flatMap(({ children }) => children.filter((child) => child.name === name)),
      [from],
    );
const textOf = (from: XmlElement, path: string): string | undefined => elementsAt(from, path)[0]?.text;
const has = (from: XmlElement, path: string): boolean =>
  (textOf(from, path) ?? '').trim() !== '' || elementsAt(from, path).some(({ children }) => children.length > 0);

/** An amount as an integer of ten-thousandths, so that products of two decimals are exact. */
const SCALE = 10_000n;
function decimal(text: string | undefined): bigint {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,4}))?$/.exec(text ?? '0') ?? [];
  if (whole === undefined) throw new Error(`no decimal: ${text}`);
  const value = BigInt(whole) * SCALE + BigInt(fraction.padEnd(4, '0'));
  return sign ? -value : value;
}
const amountAt = (from: XmlElement, path: string): bigint => decimal(textOf(from, path));
const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

const allLinesOf = (root: XmlElement): XmlElement[] => [
  ...elementsAt(root, 'InvoiceLine'),
  ...elementsAt(root, 'CreditNoteLine'),
];
const allSubtotalsOf = (root: XmlElement): XmlElement[] => elementsAt(root, 'TaxTotal/TaxSubtotal');
const categoryOf = (line: XmlElement): string | undefined => textOf(line, 'Item/ClassifiedTaxCategory/ID');
const subtotalsOfCategory = (root: XmlElement, category: string): XmlElement[] =>
  allSubtotalsOf(root).filter((subtotal) => textOf(subtotal, 'TaxCategory/ID') === category);
const linesOfCategory = (root: XmlElement, category: string): XmlElement[] =>
  allLinesOf(root).filter((line) => categoryOf(line) === category);
const taxNumbers = (root: XmlElement, party: 'Supplier' | 'Customer', kind: 'VAT' | 'other'): string[] =>
  elementsAt(root, `Accounting${party}Party/Party/PartyTaxScheme`)
    .filter((scheme) => (textOf(scheme, 'TaxScheme/ID') === 'VAT') === (kind === 'VAT'))
    .flatMap((scheme) => textOf(scheme, 'CompanyID') ?? []);
const hasSellerVatNumber = (root: XmlElement): boolean => taxNumbers(root, 'Supplier', 'VAT').length > 0;
const hasSellerTaxNumber = (root: XmlElement): boolean =>
  hasSellerVatNumber(root) || taxNumbers(root, 'Supplier', 'other').length > 0;
const hasBuyerVatNumber = (root: XmlElement): boolean => taxNumbers(root, 'Customer', 'VAT').length > 0;

const countries = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
/** True for a country of ISO 3166-1, and for the prefixes of Greece and Northern Ireland. EU is no country. */
const isVatPrefix = (prefix: string): boolean =>
  ['EL', 'XI'].includes(prefix) ||
  (/^[A-Z]{2}$/.test(prefix) && !['EU', 'UN', 'EZ', 'ZZ'].includes(prefix) && countries.of(prefix) !== undefined);
const hasReason = (subtotal: XmlElement): boolean =>
  has(subtotal, 'TaxCategory/TaxExemptionReason') || has(subtotal, 'TaxCategory/TaxExemptionReasonCode');

/** The tax of a subtotal, rounded to two decimals, half away from zero. */
function taxOf(subtotal: XmlElement): bigint {
  const product = amountAt(subtotal, 'TaxableAmount') * amountAt(subtotal, 'TaxCategory/Percent');
  // Both factors are multiples of 1 / SCALE, and the rate is in percent. So a tax of 0.01 is a product of SCALE².
  const productOfOneCent = SCALE * SCALE;
  const rounded = (product < 0n ? -product : product) + productOfOneCent / 2n;
  const cents = rounded / productOfOneCent;
  return (product < 0n ? -cents : cents) * (SCALE / 100n);
}

function isTaxWithinTolerance(subtotal: XmlElement, tolerance: bigint): boolean {
  const difference = amountAt(subtotal, 'TaxAmount') - taxOf(subtotal);
  return difference <= tolerance && -difference <= tolerance;
}

/** True when the lines of a category and its subtotals have the same rates, and the same net amount per rate. */
const linesMatchBreakdown = (root: XmlElement, category: string): boolean => {
  const rates = new Set(
    linesOfCategory(root, category).map((line) => textOf(line, 'Item/ClassifiedTaxCategory/Percent')),
  );
  const subtotals = subtotalsOfCategory(root, category);
  return (
    subtotals.length === rates.size &&
    subtotals.every((subtotal) => {
      const rate = textOf(subtotal, 'TaxCategory/Percent');
      const linesOfRate = linesOfCategory(root, category).filter(
        (line) => textOf(line, 'Item/ClassifiedTaxCategory/Percent') === rate,
      );
      return (
        sum(linesOfRate.map((line) => amountAt(line, 'LineExtensionAmount'))) === amountAt(subtotal, 'TaxableAmount')
      );
    })
  );
};

/** The rules of a category without tax. */
const untaxedRules = (category: 'AE' | 'O', prefix: string): Record<string, Rule> => ({
  [`${prefix}-01`]: (root) =>
    linesOfCategory(root, category).length > 0 === subtotalsOfCategory(root, category).length > 0 &&
    subtotalsOfCategory(root, category).length <= 1,
  [`${prefix}-05`]: (root) =>
    linesOfCategory(root, category).every((line) =>
      category === 'O'
        ? !has(line, 'Item/ClassifiedTaxCategory/Percent')
        : amountAt(line, 'Item/ClassifiedTaxCategory/Percent') === 0n,
    ),
  [`${prefix}-08`]: (root) => linesMatchBreakdown(root, category),
  [`${prefix}-09`]: (root) =>
    subtotalsOfCategory(root, category).every((subtotal) => amountAt(subtotal, 'TaxAmount') === 0n),
  [`${prefix}-10`]: (root) => subtotalsOfCategory(root, category).every(hasReason),
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
  'BR-16': (root) => allLinesOf(root).length > 0,
  'BR-22': (root) => allLinesOf(root).every((line) => has(line, 'InvoicedQuantity') || has(line, 'CreditedQuantity')),
  'BR-25': (root) => allLinesOf(root).every((line) => has(line, 'Item/Name')),
  'BR-27': (root) => allLinesOf(root).every((line) => amountAt(line, 'Price/PriceAmount') >= 0n),
  'BR-30': (root) =>
    allLinesOf(root).every((line) => {
      const [start, end] = [textOf(line, 'InvoicePeriod/StartDate'), textOf(line, 'InvoicePeriod/EndDate')];
      return start === undefined || end === undefined || start <= end;
    }),
  'BR-49': (root) => elementsAt(root, 'PaymentMeans').every((means) => has(means, 'PaymentMeansCode')),
  'BR-50': (root) =>
    elementsAt(root, 'PaymentMeans').every(
      (means) => !['30', '58'].includes(textOf(means, 'PaymentMeansCode')!) || has(means, 'PayeeFinancialAccount/ID'),
    ),
  'BR-55': (root) =>
    elementsAt(root, 'BillingReference').every((reference) => has(reference, 'InvoiceDocumentReference/ID')),
  'BR-62': (root) =>
    elementsAt(root, 'AccountingSupplierParty/Party/EndpointID').every(({ attributes }) => attributes['schemeID']),
  'BR-63': (root) =>
    elementsAt(root, 'AccountingCustomerParty/Party/EndpointID').every(({ attributes }) => attributes['schemeID']),
  'BR-CO-04': (root) => allLinesOf(root).every((line) => categoryOf(line) !== undefined),
  'BR-CO-09': (root) =>
    [...taxNumbers(root, 'Supplier', 'VAT'), ...taxNumbers(root, 'Customer', 'VAT')].every((number) =>
      isVatPrefix(number.slice(0, 2)),
    ),
  'BR-CO-10': (root) =>
    sum(allLinesOf(root).map((line) => amountAt(line, 'LineExtensionAmount'))) ===
    amountAt(root, 'LegalMonetaryTotal/LineExtensionAmount'),
  // Without allowances and charges of the document.
  'BR-CO-13': (root) =>
    amountAt(root, 'LegalMonetaryTotal/LineExtensionAmount') ===
    amountAt(root, 'LegalMonetaryTotal/TaxExclusiveAmount'),
  'BR-CO-14': (root) =>
    sum(allSubtotalsOf(root).map((subtotal) => amountAt(subtotal, 'TaxAmount'))) ===
    amountAt(root, 'TaxTotal/TaxAmount'),
  'BR-CO-15': (root) =>
    amountAt(root, 'LegalMonetaryTotal/TaxExclusiveAmount') + amountAt(root, 'TaxTotal/TaxAmount') ===
    amountAt(root, 'LegalMonetaryTotal/TaxInclusiveAmount'),
  'BR-CO-16': (root) =>
    amountAt(root, 'LegalMonetaryTotal/TaxInclusiveAmount') -
      amountAt(root, 'LegalMonetaryTotal/PrepaidAmount') +
      amountAt(root, 'LegalMonetaryTotal/PayableRoundingAmount') ===
    amountAt(root, 'LegalMonetaryTotal/PayableAmount'),
  'BR-CO-17': (root, vatTolerance) =>
    allSubtotalsOf(root).every(
      (subtotal) => !has(subtotal, 'TaxCategory/Percent') || isTaxWithinTolerance(subtotal, vatTolerance),
    ),
  'BR-CO-18': (root) => allSubtotalsOf(root).length > 0,
  'BR-CO-25': (root) =>
    amountAt(root, 'LegalMonetaryTotal/PayableAmount') <= 0n || has(root, 'DueDate') || has(root, 'PaymentTerms/Note'),
  'BR-CO-26': (root) =>
    hasSellerVatNumber(root) || has(root, 'AccountingSupplierParty/Party/PartyLegalEntity/CompanyID'),
  'BR-DEC': (root) => {
    const amountsOf = (element: XmlElement): XmlElement[] =>
      element.children.flatMap((child) => [...(child.name.endsWith('Amount') ? [child] : []), ...amountsOf(child)]);
    return amountsOf(root).every(
      ({ text, attributes }) =>
        /^-?\d+(\.\d{1,2})?$/.test(text) && attributes['currencyID'] === textOf(root, 'DocumentCurrencyCode'),
    );
  },
  'BR-S-02': (root) => linesOfCategory(root, 'S').length === 0 || hasSellerTaxNumber(root),
  'BR-S-05': (root) =>
    linesOfCategory(root, 'S').every((line) => amountAt(line, 'Item/ClassifiedTaxCategory/Percent') > 0n),
  'BR-S-08': (root) => linesMatchBreakdown(root, 'S'),
  'BR-S-09': (root, vatTolerance) =>
    subtotalsOfCategory(root, 'S').every((subtotal) => isTaxWithinTolerance(subtotal, vatTolerance)),
  'BR-S-10': (root) => subtotalsOfCategory(root, 'S').every((subtotal) => !hasReason(subtotal)),
  'BR-AE-02': (root) =>
    linesOfCategory(root, 'AE').length === 0 || (hasSellerTaxNumber(root) && hasBuyerVatNumber(root)),
  ...untaxedRules('AE', 'BR-AE'),
  'BR-O-02': (root) =>
    linesOfCategory(root, 'O').length === 0 || (!hasSellerVatNumber(root) && !hasBuyerVatNumber(root)),
  'BR-O-11': (root) => subtotalsOfCategory(root, 'O').length === 0 || allSubtotalsOf(root).length === 1,
  'BR-O-12': (root) =>
    linesOfCategory(root, 'O').length === 0 || linesOfCategory(root, 'O').length === allLinesOf(root).length,
  ...untaxedRules('O', 'BR-O'),
};
