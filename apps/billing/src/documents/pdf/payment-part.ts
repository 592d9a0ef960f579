import { DomainError } from '@cordee/contracts/domain-error';
import { decimalText } from '@cordee/money/money';
import type { Data } from 'swissqrbill/types';
import type { DocumentContent, PostalAddress } from './document-content.ts';
import { documentTexts } from './document-texts.ts';

/** Limits of the QR-bill, in characters. */
const limits = { name: 70, address: 70, buildingNumber: 16, zip: 16, city: 35, message: 140 };

/** Whether the document asks for money: a paid invoice and a credit note never do. */
export function isPayable({ kind, due }: DocumentContent): boolean {
  return (kind === 'pro_forma' || kind === 'open_invoice') && due.amount > 0;
}

/**
 * What the QR code of the payment part holds; undefined when nothing is due or the currency has no QR-bill.
 * A QR reference goes with the QR-IBAN, an ISO 11649 reference with the ordinary IBAN: banks refuse any other pair.
 * @throws DomainError `DOCUMENT_REFERENCE_MISSING`: a payment without reference could not be matched
 */
export function paymentPart(content: DocumentContent): Data | undefined {
  const { currency } = content.due;
  if (!isPayable(content) || (currency !== 'CHF' && currency !== 'EUR')) return undefined;
  const { reference, seller, buyer } = content;
  if (!reference)
    throw new DomainError('DOCUMENT_REFERENCE_MISSING', { status: 500, detail: `${content.number} has no reference` });
  return {
    // The library wants a number and prints it with two decimals; that is exact for all amounts a QR-bill can hold.
    amount: Number(decimalText(content.due)),
    currency,
    reference,
    creditor: { ...partyOf(seller), account: accountFor(content) },
    debtor: partyOf(buyer),
    message: shortened(`${documentTexts[content.language].title[content.kind]} ${content.number}`, limits.message),
  };
}

function accountFor({ reference, seller }: DocumentContent): string {
  return (reference?.startsWith('RF') ? seller.iban : seller.qrIban).replaceAll(/\s/g, '');
}

function partyOf(address: PostalAddress) {
  return {
    name: shortened(address.name, limits.name),
    address: shortened(address.street, limits.address),
    ...(address.houseNumber ? { buildingNumber: shortened(address.houseNumber, limits.buildingNumber) } : {}),
    zip: shortened(address.postalCode, limits.zip),
    city: shortened(address.city, limits.city),
    country: address.country,
  };
}

/**
 * Fits a text into the QR code: banks read Latin letters only, so signs from elsewhere become a point, and what is too long is cut.
 * The address block of the document above it has the whole text.
 */
function shortened(text: string, most: number): string {
  const plain = text
    .normalize('NFC')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/[“”„]/g, '"')
    .replaceAll(/[–—]/g, '-')
    .replaceAll(/[^\u0020-\u007e\u00a0-\u017f\u0218-\u021b€]/gu, '.')
    .trim();
  return plain.length <= most ? plain : plain.slice(0, most).trimEnd();
}
