import type { ReferenceForm } from '../bank-files/reference.ts';

/**
 * The form of the payment reference (DOC-6): a QR reference (with the QR-IBAN) for payers in Switzerland and
 * Liechtenstein in CHF or EUR, the currencies of the QR-bill; else an ISO 11649 reference (with the ordinary IBAN).
 */
export const referenceFormFor = (country: string, currency: string): ReferenceForm =>
  (country === 'CH' || country === 'LI') && (currency === 'CHF' || currency === 'EUR') ? 'QRR' : 'SCOR';
