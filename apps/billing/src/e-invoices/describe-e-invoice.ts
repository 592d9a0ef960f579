import { addDays } from '@cordee/calendar/local-date';
import { DomainError } from '@cordee/contracts/domain-error';
import type { Currency } from '@cordee/contracts/values';
import { decimalsOf, fractionOf, money } from '@cordee/money/money';
import type { BuyerCopy } from '../addresses/address.entity.ts';
import type { DocumentLine } from '../documents/document-line.ts';
import { documentTexts } from '../documents/pdf/document-texts.ts';
import { isDefinitive } from '../documents/printed-document.ts';
import { storedRoundingOf, type StoredDocument } from '../documents/stored-document.ts';
import { Seller, type SellerCopy } from '../seller/seller.ts';
import type { VatCategory } from '../vat/vat-decision.ts';
import type { EInvoice, EInvoiceLine, ElectronicAddress, VatBreakdown } from './e-invoice.ts';
import { profileOf, type ProfileName } from './e-invoice-profile.ts';

/** The register of Swiss businesses in the list of the ICD. */
const SWISS_REGISTER = '0183';
const MAX_DECIMALS = 2;
const HUNDREDTHS_OF_UNIT = 100;

/** The stored fields of a document, and the date of the invoice that a credit note corrects. */
export type EInvoiceSource = StoredDocument & { readonly corrected_invoice_issued_on: string | null };

/**
 * Returns the terms of EN 16931 of an invoice or credit note. They depend only on the stored document.
 * @throws DomainError `E_INVOICE_NOT_AVAILABLE`: a pro forma, a currency with three decimals, a line outside of VAT
 *   together with other lines (DOC-8), or a VAT that the rules of the standard do not allow
 */
export function describeEInvoice(row: EInvoiceSource, lines: readonly DocumentLine[]): EInvoice {
  assertAvailable(row, lines);
  const { seller, buyer, currency, language } = row;
  const isOutsideOfVat = lines.some((line) => line.vatCategory === 'O');
  const kind = row.kind === 'credit_note' ? 'credit_note' : 'invoice';
  const profile = profileOf(buyer, seller);
  const breakdown = breakdownOf(row, lines);
  if (!breakdown.every((part) => isNearProduct(part, currency)))
    refuse('the VAT of a rate differs by one unit of the currency or more from amount × rate (BR-CO-17)');
  return {
    kind,
    profile,
    number: row.number,
    issuedOn: row.issued_on,
    dueOn: row.due_on ?? undefined,
    currency,
    buyerReference: buyer.buyerReference ?? undefined,
    purchaseOrder: buyer.purchaseOrder ?? undefined,
    correctedInvoice:
      row.invoice_number === null
        ? undefined
        : { number: row.invoice_number, issuedOn: row.corrected_invoice_issued_on ?? undefined },
    note: row.reason === null ? undefined : `${documentTexts[language].reason}: ${row.reason}`,
    seller: sellerOf(row, { isOutsideOfVat, profile }),
    buyer: buyerOf(buyer, isOutsideOfVat),
    lines: lines.map(lineOf),
    breakdown,
    totals: totalsOf(row),
    payment: kind === 'invoice' ? paymentOf(row) : creditPaymentOf(profile),
    // A positive due amount needs a due date or terms; a credit note has no due date.
    terms: kind === 'credit_note' ? documentTexts[language].notes.credit_note : undefined,
  };
}

function refuse(detail: string): never {
  throw new DomainError('E_INVOICE_NOT_AVAILABLE', { detail });
}

function assertAvailable(row: StoredDocument, lines: readonly DocumentLine[]): void {
  if (row.kind === 'pro_forma') refuse('a pro forma is no invoice');
  if (decimalsOf(row.currency) > MAX_DECIMALS) refuse('e-invoices have amounts with two decimals at most');
  const categories = new Set(lines.map(({ vatCategory }) => vatCategory));
  if (categories.has('O') && categories.size > 1) refuse('lines outside of VAT need an invoice of their own');
}

function totalsOf(row: StoredDocument): EInvoice['totals'] {
  const [net, vat, payable] = [Number(row.net), Number(row.vat), Number(row.total)];
  const paid =
    row.kind === 'credit_note'
      ? 0
      : isDefinitive(row)
        ? payable
        : Number(row.paid_amount) - Number(row.refunded_amount);
  return { net, vat, total: net + vat, paid, rounding: storedRoundingOf(row), due: payable - paid };
}

/**
 * The tax number is the one of the registration abroad whose VAT is charged. Outside of the scope of VAT, the seller
 * has its register number instead (BR-O-02).
 */
function sellerOf(
  { seller, vat_decision: decision }: StoredDocument,
  { isOutsideOfVat, profile }: { isOutsideOfVat: boolean; profile: ProfileName },
): EInvoice['seller'] {
  const uid = /^CHE-?([\d.]+)/.exec(seller.vatNumber)?.[1]?.replaceAll('.', '');
  const registration = uid ? { scheme: SWISS_REGISTER, value: `CHE${uid}` } : undefined;
  const mail = seller.email ? { scheme: 'EM', value: seller.email } : undefined;
  return {
    ...postalParty(seller),
    ...(isOutsideOfVat ? noTaxNumber : taxNumberOf(decision?.registration?.number ?? seller.vatNumber)),
    registration,
    electronicAddress: profile === 'peppol' ? (registration ?? mail) : mail,
    phone: seller.phone,
    email: seller.email,
  };
}

const buyerOf = (buyer: BuyerCopy, isOutsideOfVat: boolean): EInvoice['buyer'] => ({
  ...postalParty(buyer),
  vatNumber: isOutsideOfVat || buyer.vatNumber === null ? undefined : taxNumberOf(buyer.vatNumber).vatNumber,
  electronicAddress: electronicAddressOf(buyer),
});

/** The identifier of the buyer in Peppol, or else its first mailbox. */
function electronicAddressOf({ peppolId, mailboxes }: BuyerCopy): ElectronicAddress | undefined {
  const [, scheme, value] = /^(\d{4}):(.+)$/.exec(peppolId ?? '') ?? [];
  if (scheme && value) return { scheme, value };
  return mailboxes?.[0] ? { scheme: 'EM', value: mailboxes[0] } : undefined;
}

const postalParty = ({
  name,
  street,
  buildingNumber,
  postalCode,
  town,
  country,
}: Pick<SellerCopy, 'name' | 'street' | 'buildingNumber' | 'postalCode' | 'town' | 'country'>) => ({
  name,
  street: [street, buildingNumber].filter(Boolean).join(' '),
  postalCode,
  town,
  country,
});

type TaxNumber = Pick<EInvoice['seller'], 'vatNumber' | 'taxRegistration'>;

const noTaxNumber: TaxNumber = { vatNumber: undefined, taxRegistration: undefined };

/**
 * A VAT identifier starts with its country (BR-CO-09). The numbers of OSS (`EU…`) and VOEC (digits) have no country and
 * are tax registrations.
 */
function taxNumberOf(number: string): TaxNumber {
  const compact = number.replaceAll(/[\s.-]/g, '').replace(/^(?=\d{9}MVA$)/, 'NO');
  return /^(?!EU)[A-Z]{2}/.test(compact)
    ? { vatNumber: compact, taxRegistration: undefined }
    : { vatNumber: undefined, taxRegistration: compact };
}

function lineOf(line: DocumentLine, index: number): EInvoiceLine {
  const { text, costCentre, interval, net, vatBasisPoints, periodStart, periodEnd } = line;
  return {
    id: index + 1,
    name: text,
    costCentre: costCentre ?? undefined,
    quantity: net < 0 ? -1 : 1,
    unit: interval === 'yearly' ? 'ANN' : interval === 'monthly' ? 'MON' : 'C62',
    net,
    category: line.vatCategory,
    rateBasisPoints: vatBasisPoints,
    period: periodStart && periodEnd ? { start: periodStart, end: lastDayOf(periodStart, periodEnd) } : undefined,
  };
}

/** Stored periods end on the day after their last day. */
function lastDayOf(start: string, end: string): string {
  const lastDay = addDays(end, -1);
  return lastDay < start ? start : lastDay;
}

function breakdownOf(row: StoredDocument, lines: readonly DocumentLine[]): VatBreakdown[] {
  const groups = Map.groupBy(lines, (line) => `${line.vatCategory} ${line.vatBasisPoints}`);
  const sum = (part: readonly DocumentLine[], field: 'net' | 'vat'): number =>
    part.reduce((total, line) => total + line[field], 0);
  return [...groups.values()]
    .map((part) => {
      const { vatCategory: category, vatBasisPoints } = part[0]!;
      return {
        category,
        rateBasisPoints: vatBasisPoints,
        net: sum(part, 'net'),
        vat: sum(part, 'vat'),
        exemption: exemptionOf(category, row),
      };
    })
    .toSorted((left, right) => right.rateBasisPoints - left.rateBasisPoints);
}

/**
 * True when the VAT of a rate differs by less than one unit of the currency from the amount times the rate with two
 * decimals, which the published rules allow. The VAT differs in a currency without decimals, when a binding total
 * contains it, and in credit notes of parts that add up to their invoice.
 */
function isNearProduct({ net, vat, rateBasisPoints }: VatBreakdown, currency: Currency): boolean {
  const hundredths = 10 ** (MAX_DECIMALS - decimalsOf(currency));
  const product = fractionOf(money(net * hundredths, currency), { numerator: rateBasisPoints, denominator: 10_000 });
  return Math.abs(vat * hundredths - product.amount) < HUNDREDTHS_OF_UNIT;
}

function exemptionOf(category: VatCategory, { language }: StoredDocument): VatBreakdown['exemption'] {
  if (category === 'AE') return { code: 'VATEX-EU-AE', text: documentTexts[language].reverseCharge };
  if (category === 'O') return { code: 'VATEX-EU-O', text: documentTexts[language].outOfScope };
  return undefined;
}

function paymentOf({ seller, reference, currency }: StoredDocument): EInvoice['payment'] {
  const account = Seller.ibanFor(seller, reference);
  return {
    code: currency === 'EUR' ? '58' : '30',
    account: account.replaceAll(/\s/g, ''),
    bic: account === seller.iban ? seller.bic : undefined,
    reference: reference ?? undefined,
  };
}

/** XRechnung requires a means of payment in a credit note too. */
const creditPaymentOf = (profile: ProfileName): EInvoice['payment'] =>
  profile === 'xrechnung' ? { code: 'ZZZ', account: undefined, bic: undefined, reference: undefined } : undefined;
