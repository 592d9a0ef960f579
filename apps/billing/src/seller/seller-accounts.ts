import { isCurrency } from '@cordee/money/money';
import { isQRIBAN, isValidIBAN } from 'ibantools';

/** A bank account of the seller. */
export interface SellerAccount {
  /** The account takes the payments in this currency (ISO 4217). */
  readonly currency: string;
  /** The account number, for payments with an ISO 11649 reference. */
  readonly iban: string;
  /** The number of the same account for payments with a QR reference; null when the bank gives none. */
  readonly qrIban: string | null;
  readonly bic?: string | undefined;
  /** The report that moves the money of customers: the notification (camt.054) or the account statement (camt.053). */
  readonly bankReport: '053' | '054';
}

const BIC = /^[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/;

/**
 * Parses accounts: entries `currency:IBAN:option=value…`, separated by commas. The options are `qr` (QR-IBAN), `bic`
 * and `report` (054 or 053, 054 by default). Returns an error text for the first wrong entry.
 */
export function parseSellerAccounts(text: string): SellerAccount[] | string {
  const accounts: SellerAccount[] = [];
  for (const entry of text.split(',').map((each) => each.replaceAll(/\s/g, ''))) {
    if (entry === '') continue;
    const account = parseAccount(entry);
    const problem = typeof account === 'string' ? account : conflictOf(account, accounts);
    if (problem !== undefined) return `${entry}: ${problem}`;
    accounts.push(account as SellerAccount);
  }
  if (accounts.length === 0)
    return 'must contain an account, for example CHF:CH9300762011623852957:qr=CH4431999123000889012';
  // The reference of standing orders belongs to no document, so its form cannot depend on the account.
  return accounts[0]!.qrIban === null ? 'the first account needs a QR-IBAN: qr=' : accounts;
}

function parseAccount(entry: string): SellerAccount | string {
  const [currency = '', ibanText = '', ...optionTexts] = entry.split(':');
  const iban = ibanText.toUpperCase();
  if (!isCurrency(currency)) return `${currency || 'the first field'} is not a currency`;
  if (!isValidIBAN(iban)) return `${iban || 'the second field'} is not an IBAN`;
  if (isQRIBAN(iban)) return `${iban} is a QR-IBAN: write the IBAN here and the QR-IBAN as qr=${iban}`;
  const options = new Map<string, string>();
  for (const optionText of optionTexts) {
    const [name = '', value = ''] = optionText.split('=');
    if (!['qr', 'bic', 'report'].includes(name)) return `${optionText} is none of qr=, bic= and report=`;
    if (options.has(name)) return `${name} is given twice`;
    options.set(name, value.toUpperCase());
  }
  const qrIban = options.get('qr') ?? null;
  const bic = options.get('bic');
  const bankReport = options.get('report') ?? '054';
  if (qrIban !== null && !(isValidIBAN(qrIban) && isQRIBAN(qrIban))) return `${qrIban} is not a QR-IBAN`;
  if (bic !== undefined && !BIC.test(bic)) return `${bic} is not a BIC`;
  if (bankReport !== '053' && bankReport !== '054') return `${bankReport} is no report: it must be 054 or 053`;
  return { currency, iban, qrIban, bic, bankReport };
}

/** Returns why an account cannot be added to the others. One account may take several currencies. */
function conflictOf(account: SellerAccount, others: readonly SellerAccount[]): string | undefined {
  if (others.some(({ currency }) => currency === account.currency)) return `${account.currency} has two accounts`;
  for (const other of others) {
    if (account.qrIban !== null && other.qrIban === account.qrIban && other.iban !== account.iban)
      return `${account.qrIban} is the QR-IBAN of ${other.iban}`;
    if (other.iban !== account.iban) continue;
    if (other.bankReport !== account.bankReport) return `${account.iban} has two reports that count`;
  }
  return undefined;
}
