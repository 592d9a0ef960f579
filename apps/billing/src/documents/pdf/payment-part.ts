import { DomainError } from '@cordee/contracts/domain-error';
import { decimalText } from '@cordee/money/money';
import type { Data } from 'swissqrbill/types';
import type { DocumentContent, PostalAddress } from './document-content.ts';
import { documentTexts } from './document-texts.ts';
import { nearestLetters } from './nearest-letters.ts';

/** Field lengths of the QR-bill, in characters. */
const maxLengths = { name: 70, address: 70, buildingNumber: 16, zip: 16, city: 35, message: 140 };
/** The maximum amount of a QR-bill, in minor units: 999,999,999.99. */
export const MAX_AMOUNT = 99_999_999_999;

export function isPayable({ kind, openAmount }: DocumentContent): boolean {
  return (kind === 'pro_forma' || kind === 'open_invoice') && openAmount.amount > 0;
}

/**
 * Returns the data of the payment part; undefined when no amount is open, the amount is too high, or the currency has
 * no QR-bill. Banks accept a QR reference only with the QR-IBAN, and an ISO 11649 reference only with the ordinary
 * IBAN.
 * @throws DomainError `DOCUMENT_REFERENCE_MISSING`: a payment without a reference cannot be matched to the document
 */
export function paymentPart(content: DocumentContent): Data | undefined {
  const { currency } = content.openAmount;
  if (!isPayable(content) || (currency !== 'CHF' && currency !== 'EUR')) return undefined;
  if (content.openAmount.amount > MAX_AMOUNT) return undefined;
  const { reference, seller, buyer } = content;
  if (!reference)
    throw new DomainError('DOCUMENT_REFERENCE_MISSING', { status: 500, detail: `${content.number} has no reference` });
  return {
    // The library requires a number and prints two decimals. The number is exact for every amount of a QR-bill.
    amount: Number(decimalText(content.openAmount)),
    currency,
    reference,
    creditor: { ...creditorOf(seller), account: accountFor(content) },
    ...debtorOf(buyer),
    message: `${documentTexts[content.language].title[content.kind]} ${content.number}`.slice(0, maxLengths.message),
  };
}

/** Returns the account for a payment with the reference of the document, without spaces. */
export function accountFor({ reference, seller }: DocumentContent): string {
  return (reference?.startsWith('RF') ? seller.iban : (seller.qrIban ?? seller.iban)).replaceAll(/\s/g, '');
}

type Party = NonNullable<Data['debtor']>;

/** Replaces a character of the seller that has no near letters by a full stop. */
const creditorOf = (seller: PostalAddress): Party => partyOf(seller, (text) => nearestLetters(text) ?? withStops(text));

const withStops = (text: string): string =>
  Array.from(text)
    .map((character) => nearestLetters(character) ?? '.')
    .join('');

/**
 * Returns the debtor. Without a debtor, the payment part has an empty field for the payer: when a text of the address
 * has no near letters, or when the address has no postcode.
 */
function debtorOf(buyer: PostalAddress): { debtor?: Party } {
  const texts = [buyer.name, buyer.street, buyer.buildingNumber ?? '', buyer.postalCode, buyer.town];
  if (!buyer.postalCode.trim() || texts.some((text) => nearestLetters(text) === undefined)) return {};
  return { debtor: partyOf(buyer, (text) => nearestLetters(text)!) };
}

function partyOf(address: PostalAddress, convert: (text: string) => string): Party {
  const field = (text: string, maxLength: number): string => convert(text).slice(0, maxLength).trimEnd();
  return {
    name: field(address.name, maxLengths.name),
    address: field(address.street, maxLengths.address),
    ...(address.buildingNumber ? { buildingNumber: field(address.buildingNumber, maxLengths.buildingNumber) } : {}),
    zip: field(address.postalCode, maxLengths.zip),
    city: field(address.town, maxLengths.city),
    country: address.country,
  };
}
