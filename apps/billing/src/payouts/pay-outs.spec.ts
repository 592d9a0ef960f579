import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createPaymentFile,
  downloadPaymentFile,
  listPaymentFiles,
  listPayOuts,
  payOutPrepaid,
} from '@cordee/contracts/billing/pay-out';
import { assignSuspense } from '@cordee/contracts/billing/suspense';
import { billingFiles } from '@cordee/contracts/billing/document-download';
import type { Input } from '@cordee/contracts/contract';
import { readPages } from '@cordee/testing/read-pages';
import { uuid } from '@cordee/testing/test-service';
import { anna, BillingFixture, chf, IBAN, people, staff } from '../../test/billing.fixture.ts';

type OrganizationId = `org_${string}`;
const PAYER_IBAN = 'CH5604835012345678009';
const OTHER_IBAN = 'CH2909000000250094239';

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

/** Creates an organization with prepaid money from an account. */
async function organizationWithPrepaid(amount: number, payer: { debtorIban?: string; debtorName?: string } = {}) {
  const organizationId = await billing.organization();
  const { standingOrderReference: reference } = await billing.prepaid(organizationId);
  await billing.receive({ amount, reference, ...payer });
  return organizationId;
}
const payOutCode = (organizationId: OrganizationId, fields: Partial<Input<typeof payOutPrepaid>>, as = anna) =>
  billing.test.codeOf(payOutPrepaid, { organizationId, amount: 1_000, ...fields }, as, billing.newKeyOptions());
const payOutsOf = (organizationId: OrganizationId) =>
  readPages(1, (page) => billing.test.call(listPayOuts, { organizationId, ...page }, people.viewer));
const createFile = () => billing.test.call(createPaymentFile, {}, staff, billing.newKeyOptions());

describe('a pay-out of prepaid (PAY-4)', () => {
  it('goes to the account of the payment, and lowers the balance at once', async () => {
    const organizationId = await organizationWithPrepaid(5_000, {
      debtorIban: PAYER_IBAN,
      debtorName: 'Alpine Rescue',
    });
    expect(await payOutCode(organizationId, { amount: 3_000 })).toBe('ok');
    expect(await billing.balance(organizationId)).toBe(2_000);
    expect(await payOutsOf(organizationId)).toMatchObject([
      { purpose: 'pay_out', amount: chf(3_000), creditorIban: PAYER_IBAN, status: 'ordered' },
    ]);
    expect((await billing.prepaid(organizationId)).entries[0]).toMatchObject({
      amount: chf(-3_000),
      reason: 'paid_out',
    });
  });

  it.each<[string, Partial<Input<typeof payOutPrepaid>>, string]>([
    ['an account that did not pay', { iban: OTHER_IBAN }, 'PAY_OUT_ACCOUNT_FOREIGN'],
    ['an invalid IBAN', { iban: 'CH00 0000' }, 'IBAN_INVALID'],
    ['a QR-IBAN', { iban: 'CH44 3199 9123 0008 8901 2' }, 'IBAN_INVALID'],
    ['more than the balance', { amount: 5_001 }, 'PREPAID_INSUFFICIENT'],
    ['another currency', { currency: 'EUR' }, 'PREPAID_INSUFFICIENT'],
  ])('is refused for %s', async (_, fields, code) => {
    const organizationId = await organizationWithPrepaid(5_000, {
      debtorIban: PAYER_IBAN,
      debtorName: 'Alpine Rescue',
    });
    expect(await payOutCode(organizationId, fields)).toBe(code);
    expect([await billing.balance(organizationId), await payOutsOf(organizationId)]).toEqual([5_000, []]);
  });

  it('needs an account and a name when only accounts of other organizations are known', async () => {
    await organizationWithPrepaid(5_000, { debtorIban: PAYER_IBAN, debtorName: 'Somebody else' });
    const organizationId = await organizationWithPrepaid(5_000);
    expect(await payOutCode(organizationId, {})).toBe('PAY_OUT_ACCOUNT_MISSING');
    expect(await payOutCode(organizationId, { iban: OTHER_IBAN })).toBe('PAY_OUT_ACCOUNT_MISSING');
    expect(await payOutCode(organizationId, { iban: OTHER_IBAN, accountHolder: 'Alpine Rescue' })).toBe('ok');
  });

  it('goes back to the account of money that staff has assigned, and to no other account', async () => {
    const organizationId = await billing.organization();
    const payment = { amount: 5_000, debtorIban: 'CH0204835012345678030', debtorName: 'Alpine Rescue' };
    const { bookings } = await billing.receive(payment);
    const assignment = { bookingId: bookings[0]!.bookingId!, organizationId, reason: 'The customer wrote' };
    await billing.test.call(assignSuspense, assignment, staff);
    const otherPersonsAccount = { iban: OTHER_IBAN, accountHolder: 'Somebody else' };
    expect(await payOutCode(organizationId, otherPersonsAccount)).toBe('PAY_OUT_ACCOUNT_FOREIGN');
    expect(await payOutCode(organizationId, {})).toBe('ok');
    expect(await payOutsOf(organizationId)).toMatchObject([{ creditorIban: payment.debtorIban }]);
  });

  it('can be requested by managers only; concurrent pay-outs never spend more than the balance', async () => {
    const organizationId = await organizationWithPrepaid(5_500, {
      debtorIban: PAYER_IBAN,
      debtorName: 'Alpine Rescue',
    });
    expect(await payOutCode(organizationId, {}, people.payer as never)).toBe('PERMISSION_DENIED');
    const codes = await Promise.all(Array.from({ length: 20 }, () => payOutCode(organizationId, {})));
    expect(codes.filter((code) => code === 'ok')).toHaveLength(5);
    expect(codes.filter((code) => code === 'PREPAID_INSUFFICIENT')).toHaveLength(15);
    expect(await billing.balance(organizationId)).toBe(500);
  });
});

describe('a payment file for the bank', () => {
  it('contains each ordered payment once, also when two files are created at the same time', async () => {
    const organizationId = await organizationWithPrepaid(50_000, {
      debtorIban: PAYER_IBAN,
      debtorName: 'Łukasz & Sønner <AG> 東京 Žižek',
    });
    await billing.test.database.query(`update outgoing_payment set status = 'sent' where status = 'ordered'`);
    for (const amount of [1_050, 2_000, 3_000]) await payOutCode(organizationId, { amount });
    const results = await Promise.allSettled([createFile(), createFile()]);
    const createdFiles = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(createdFiles.reduce((sum, { payments }) => sum + payments, 0)).toBe(3);
    expect(createdFiles.flatMap(({ sums }) => sums).reduce((sum, { amount }) => sum + amount, 0)).toBe(6_050);
    expect(await billing.test.codeOf(createPaymentFile, {}, staff, billing.newKeyOptions())).toBe(
      'NO_PAYMENTS_ORDERED',
    );
    expect((await payOutsOf(organizationId)).map(({ status }) => status)).toEqual(['sent', 'sent', 'sent']);
    const files = await readPages(1, (page) => billing.test.call(listPaymentFiles, page, staff));
    expect(files).toEqual(expect.arrayContaining(createdFiles));

    const paymentFileId = createdFiles[0]!.id;
    const file = await billing.test.call(downloadPaymentFile, { paymentFileId }, staff);
    const { bytes } = await billing.test.call(
      billingFiles.readFileChunk,
      { fileId: file.fileId, position: 0 },
      { service: 'gateway' },
    );
    const xml = Buffer.from(bytes!, 'base64').toString();
    expect(xml).toContain(`<MsgId>${createdFiles[0]!.messageId}</MsgId>`);
    expect(xml).toContain('<Dbtr><Nm>Alpenhost SA</Nm></Dbtr>');
    expect(xml).toContain(`<DbtrAcct><Id><IBAN>${IBAN}</IBAN></Id></DbtrAcct>`);
    expect(xml).toContain('<MmbId>762</MmbId>');
    // Letters outside Latin-1 lose their diacritics, other characters become a full stop.
    expect(xml).toContain('<Nm>.ukasz . Sønner .AG. .. Zizek</Nm>');
    const paymentRows = await billing.test.rows(
      `select upper(id::text) as id, amount::text from outgoing_payment where payment_file_id = $1`,
      [uuid(paymentFileId)],
    );
    expect(xml.match(/<CdtTrfTxInf>/g)).toHaveLength(paymentRows.length);
    for (const { amount } of paymentRows)
      expect(xml).toContain(`<InstdAmt Ccy="CHF">${(Number(amount) / 100).toFixed(2)}</InstdAmt>`);
    expect(await billing.test.call(downloadPaymentFile, { paymentFileId }, staff)).toEqual(file);
  });

  it('is created, listed and downloaded by staff only', async () => {
    expect(await billing.test.codeOf(createPaymentFile, {}, anna, billing.newKeyOptions())).toBe('NOT_FOUND');
    expect(await billing.test.codeOf(listPaymentFiles, {}, anna)).toBe('NOT_FOUND');
    const unknownFile = { paymentFileId: 'bkf_01je5nryg0fgz9y05x3mqpmjrg' };
    expect(await billing.test.codeOf(downloadPaymentFile, unknownFile, anna)).toBe('NOT_FOUND');
    expect(await billing.test.codeOf(downloadPaymentFile, unknownFile, staff)).toBe('PAYMENT_FILE_NOT_FOUND');
  });

  it('remains when unreferenced files are deleted after a day', async () => {
    const organizationId = await organizationWithPrepaid(5_000, {
      debtorIban: PAYER_IBAN,
      debtorName: 'Alpine Rescue',
    });
    await payOutCode(organizationId, {});
    const { id: paymentFileId } = await createFile();
    const download = () => billing.test.call(downloadPaymentFile, { paymentFileId }, staff);
    const { fileId } = await download();
    const upload = await billing.upload('<x/>');
    const readRemainingFiles = () =>
      billing.test.rows(`select id from file where id = any($1)`, [[uuid(fileId), uuid(upload)]]);
    billing.test.moveClockTo(new Date(Date.now() + 25 * 3_600_000).toISOString());
    await billing.test.until(async () => (await readRemainingFiles()).length === 1, 'the deletion of the upload');
    expect((await download()).fileId).toBe(fileId);
  });
});
