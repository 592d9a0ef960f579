import { DomainError } from '@cordee/contracts/domain-error';
import { decimalText } from '@cordee/money/money';
import type { Data } from 'swissqrbill/types';
import type { DocumentContent, PostalAddress } from './document-content.ts';
import { documentTexts } from './document-texts.ts';

/** Field lengths of the QR-bill, in characters. */
const maxLengths = { name: 70, address: 70, buildingNumber: 16, zip: 16, city: 35, message: 140 };

export function isPayable({ kind, openAmount }: DocumentContent): boolean {
  return (kind === 'pro_forma' || kind === 'open_invoice') && openAmount.amount > 0;
}

/**
 * Returns the data of the payment part; undefined when no amount is open or the currency has no QR-bill. Banks accept a
 * QR reference only with the QR-IBAN, and an ISO 11649 reference only with the ordinary IBAN.
 * @throws DomainError `DOCUMENT_REFERENCE_MISSING`: a payment without a reference cannot be matched to the document
 */
export function paymentPart(content: DocumentContent): Data | undefined {
  const { currency } = content.openAmount;
  if (!isPayable(content) || (currency !== 'CHF' && currency !== 'EUR')) return undefined;
  const { reference, seller, buyer } = content;
  if (!reference)
    throw new DomainError('DOCUMENT_REFERENCE_MISSING', { status: 500, detail: `${content.number} has no reference` });
  return {
    // The library requires a number and prints two decimals. The number is exact for every amount of a QR-bill.
    amount: Number(decimalText(content.openAmount)),
    currency,
    reference,
    creditor: { ...partyOf(seller), account: accountFor(content) },
    debtor: partyOf(buyer),
    message: fitField(`${documentTexts[content.language].title[content.kind]} ${content.number}`, maxLengths.message),
  };
}

function accountFor({ reference, seller }: DocumentContent): string {
  return (reference?.startsWith('RF') ? seller.iban : seller.qrIban).replaceAll(/\s/g, '');
}

function partyOf(address: PostalAddress) {
  return {
    name: fitField(address.name, maxLengths.name),
    address: fitField(address.street, maxLengths.address),
    ...(address.houseNumber ? { buildingNumber: fitField(address.houseNumber, maxLengths.buildingNumber) } : {}),
    zip: fitField(address.postalCode, maxLengths.zip),
    city: fitField(address.city, maxLengths.city),
    country: address.country,
  };
}

/**
 * Fits a text into a field of the QR code. A full stop replaces each character outside the Latin set of the QR-bill
 * standard, and a long text is cut. The address block of the document contains the full text.
 */
function fitField(text: string, maxLength: number): string {
  const latinText = text
    .normalize('NFC')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/[“”„]/g, '"')
    .replaceAll(/[–—]/g, '-')
    .replaceAll(/[^\u0020-\u007e\u00a0-\u017f\u0218-\u021b€]/gu, '.')
    .trim();
  return latinText.length <= maxLength ? latinText : latinText.slice(0, maxLength).trimEnd();
}
