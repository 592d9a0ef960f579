import type { ReferenceForm } from '../bank-files/reference.ts';

/**
 * Which reference a payer gets (DOC-6): a QR reference, with the QR-IBAN, from Switzerland and Liechtenstein in the two currencies of
 * the QR-bill; ISO 11649, with the ordinary IBAN, from everywhere else.
 */
export const referenceFormFor = (country: string, currency: string): ReferenceForm =>
  (country === 'CH' || country === 'LI') && (currency === 'CHF' || currency === 'EUR') ? 'QRR' : 'SCOR';
