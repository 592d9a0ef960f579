import { inputError } from '@cordee/contracts/input-error';
import { electronicFormatIBAN, isQRIBAN, isValidIBAN } from 'ibantools';

/**
 * Parses the IBAN of an account to pay to. Banks accept a payment to a QR-IBAN only with a QR reference, which the
 * payments of the seller do not have.
 * @throws DomainError `IBAN_INVALID` at `/iban`
 */
export function parseCreditorIban(text: string): string {
  const iban = electronicFormatIBAN(text) ?? '';
  if (!isValidIBAN(iban)) throw inputError('IBAN_INVALID', ['/iban'], 'is not an IBAN');
  if (isQRIBAN(iban))
    throw inputError('IBAN_INVALID', ['/iban'], 'is a QR-IBAN, which takes only payments with a QR reference');
  return iban;
}
