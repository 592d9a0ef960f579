import type { SellerAccount } from '../seller/seller-accounts.ts';
import type { ReferenceForm } from './payment-reference.ts';

/**
 * Returns the form of a payment reference for a document in a currency (DOC-6). Payers in Switzerland and Liechtenstein
 * get a QR reference in CHF and EUR, the currencies of the QR-bill, where the account of the seller has a QR-IBAN.
 * Every other payment has an ISO 11649 reference (with the ordinary IBAN).
 */
export const chooseReferenceForm = (
  country: string,
  currency: string,
  { qrIban }: Pick<SellerAccount, 'qrIban'>,
): ReferenceForm =>
  (country === 'CH' || country === 'LI') && (currency === 'CHF' || currency === 'EUR') && qrIban !== null
    ? 'QRR'
    : 'SCOR';

/**
 * Returns the form of a standing-order reference, for payments to the first account of the seller, which has a QR-IBAN.
 * An organization without an address gets the form for Switzerland.
 */
export const chooseStandingOrderForm = (country = 'CH'): ReferenceForm =>
  country === 'CH' || country === 'LI' ? 'QRR' : 'SCOR';
