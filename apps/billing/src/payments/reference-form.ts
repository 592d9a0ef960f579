import type { ReferenceForm } from './payment-reference.ts';

/**
 * Returns the form of a payment reference (DOC-6). Payers in Switzerland and Liechtenstein get a QR reference (with the
 * QR-IBAN) in CHF and EUR, the currencies of the QR-bill. Every other payment has an ISO 11649 reference (with the
 * ordinary IBAN).
 */
export const chooseReferenceForm = (country: string, currency: string): ReferenceForm =>
  (country === 'CH' || country === 'LI') && (currency === 'CHF' || currency === 'EUR') ? 'QRR' : 'SCOR';
