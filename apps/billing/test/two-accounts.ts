import { bankReport, type Report } from './bank-report.ts';
import { IBAN, sellerAccount, type BillingFixture, type FilePayment } from './billing.fixture.ts';

/** An account in EUR whose statements count; the notifications of the sample account count. */
export const EUR_IBAN = 'LI21088100002324013AA';
export const EUR_QR_IBAN = 'CH2130808001234567827';
export const twoAccounts = `${sellerAccount('054')},EUR:${EUR_IBAN}:qr=${EUR_QR_IBAN}:bic=BLFLLI2XXXX:report=053`;

export const accountOf = (currency: string): { iban: string; countingReport: Report } =>
  currency === 'EUR' ? { iban: EUR_IBAN, countingReport: '053' } : { iban: IBAN, countingReport: '054' };

/** Returns a report about one payment to the account of its currency. */
export function paymentReport(
  billing: BillingFixture,
  kind: Report,
  { amount, currency = 'CHF', isReversal = false, valueDate, servicerReference, ...payment }: FilePayment,
): string {
  const details = [
    servicerReference && `<Refs><AcctSvcrRef>${servicerReference}</AcctSvcrRef></Refs>`,
    payment.debtorName && `<RltdPties><Dbtr><Pty><Nm>${payment.debtorName}</Nm></Pty></Dbtr></RltdPties>`,
    payment.reference && `<RmtInf><Strd><CdtrRefInf><Ref>${payment.reference}</Ref></CdtrRefInf></Strd></RmtInf>`,
  ];
  return bankReport(
    billing,
    kind,
    {
      amount,
      currency,
      direction: isReversal ? 'DBIT' : 'CRDT',
      isReversal,
      ...(valueDate !== undefined && { valueDate }),
      ...(servicerReference !== undefined && { reference: servicerReference }),
      details: details.filter(Boolean).join(''),
    },
    accountOf(currency).iban,
  );
}
