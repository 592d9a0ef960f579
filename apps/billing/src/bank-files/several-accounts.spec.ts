import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getPaymentDetails } from '@cordee/contracts/billing/document';
import { billingFiles } from '@cordee/contracts/billing/document-download';
import { createPaymentFile, downloadPaymentFile, payOutPrepaid } from '@cordee/contracts/billing/pay-out';
import { bankReport } from '../../test/bank-report.ts';
import { anna, BillingFixture, IBAN, staff } from '../../test/billing.fixture.ts';
import { EUR_IBAN, EUR_QR_IBAN, paymentReport, twoAccounts } from '../../test/two-accounts.ts';

const PRICE = 11_675;
let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start({ SELLER_ACCOUNTS: twoAccounts });
});
afterAll(() => billing.stop());

const issueProFormaIn = async (currency: string) => {
  const organizationId = await billing.organization();
  const proForma = await billing.proForma(organizationId, undefined, { currency });
  const detailsOf = () => billing.test.call(getPaymentDetails, { organizationId, documentId: proForma.id }, anna);
  return { organizationId, proForma, detailsOf };
};

/** Returns the sums of bank and clearing per account of the seller, without sums of zero. */
const readMoney = async (): Promise<Record<string, number>> => {
  const rows = await billing.test.rows(
    `select account, bank_account, currency, sum(amount)::int as amount from ledger_entry
     where account in ('bank', 'clearing') group by account, bank_account, currency having sum(amount) <> 0`,
  );
  return Object.fromEntries(
    rows.map((row) => [[row['account'], row['bank_account'], row['currency']].join(' '), Number(row['amount'])]),
  );
};

describe('several accounts of the seller (PAY-2)', () => {
  it('know until when payments are counted by their own bank files', async () => {
    const [inFrancs, inEuros] = [await issueProFormaIn('CHF'), await issueProFormaIn('EUR')];
    expect((await inEuros.detailsOf()).paymentsKnownUntil).toBeNull();
    await billing.importFile(bankReport(billing, '054', []));
    expect((await inFrancs.detailsOf()).paymentsKnownUntil).not.toBeNull();
    expect((await inEuros.detailsOf()).paymentsKnownUntil).toBeNull();
    await billing.importFile(bankReport(billing, '053', [], EUR_IBAN));
    expect((await inEuros.detailsOf()).paymentsKnownUntil).not.toBeNull();
  });

  it.each([
    ['CHF', 'CH4431999123000889012'],
    ['EUR', EUR_QR_IBAN],
    // A currency without an account, and without a QR-bill.
    ['JPY', IBAN],
  ])('are on documents by currency: a document in %s shows %s', async (currency, iban) => {
    expect((await (await issueProFormaIn(currency)).detailsOf()).iban).toBe(iban);
  });

  it('have different reports that count; bank and clearing balance per account', async () => {
    for (const order of [
      ['053', '054'],
      ['054', '053', '053', '054'],
    ] as const) {
      const moneyBefore = await readMoney();
      for (const currency of ['CHF', 'EUR']) {
        const { organizationId, proForma } = await issueProFormaIn(currency);
        const payment = {
          amount: PRICE,
          currency,
          reference: proForma.reference!,
          servicerReference: `TWO-${currency}-${order.length}`,
        };
        for (const kind of order) await billing.importFile(paymentReport(billing, kind, payment));
        expect((await billing.document(organizationId, proForma.id)).status).toBe('converted');
        // The bank takes the payment back: both reports, in the same order.
        const reversal = { amount: PRICE, currency, servicerReference: payment.servicerReference, isReversal: true };
        for (const kind of order) await billing.importFile(paymentReport(billing, kind, reversal));
        const newPayment = { ...payment, servicerReference: `${payment.servicerReference}-2` };
        for (const kind of order) await billing.importFile(paymentReport(billing, kind, newPayment));
      }
      const keys = [`bank ${IBAN} CHF`, `bank ${EUR_IBAN} EUR`];
      expect(await readMoney()).toEqual(Object.fromEntries(keys.map((key) => [key, (moneyBefore[key] ?? 0) + PRICE])));
    }
  });

  it('pay out in one block of the payment file per account', async () => {
    for (const currency of ['EUR', 'CHF'] as const) {
      const organizationId = await billing.organization();
      const { standingOrderReference: reference } = await billing.prepaid(organizationId);
      const payment = { amount: 5_000, currency, reference, servicerReference: `OUT-${currency}` };
      await billing.importFile(paymentReport(billing, currency === 'EUR' ? '053' : '054', payment));
      await billing.test.call(
        payOutPrepaid,
        { organizationId, amount: 5_000, currency, iban: 'CH5604835012345678009', accountHolder: 'Alpine Rescue' },
        anna,
        billing.newKeyOptions(),
      );
    }
    const { id: paymentFileId } = await billing.test.call(createPaymentFile, {}, staff, billing.newKeyOptions());
    const { fileId } = await billing.test.call(downloadPaymentFile, { paymentFileId }, staff);
    const chunk = await billing.test.call(billingFiles.readFileChunk, { fileId, position: 0 }, { service: 'gateway' });
    const xml = Buffer.from(chunk.bytes!, 'base64').toString();
    const blocks = xml.split('<PmtInf>').slice(1);
    expect(blocks.map((block) => /<DbtrAcct><Id><IBAN>(\w+)</.exec(block)![1])).toEqual([IBAN, EUR_IBAN]);
    expect(blocks.map((block) => /Ccy="(\w+)"/.exec(block)![1])).toEqual(['CHF', 'EUR']);
  });

  it('refuse a bank file of another account, and name their own', async () => {
    const error = await billing
      .importFile(bankReport(billing, '053', [], 'CH5604835012345678009'))
      .catch((problem: unknown) => problem);
    expect(error).toMatchObject({
      code: 'BANK_FILE_INVALID',
      errors: [
        {
          code: 'ACCOUNT_UNKNOWN',
          detail: `CH5604835012345678009 is no account of the seller: SELLER_ACCOUNTS has ${IBAN}, ${EUR_IBAN}`,
        },
      ],
    });
  });
});
