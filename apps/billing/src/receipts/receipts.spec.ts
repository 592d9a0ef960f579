import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addAddress, changeAddress } from '@cordee/contracts/billing/address';
import { topUpPrepaidByCard } from '@cordee/contracts/billing/card-payment';
import { downloadReceipt, getReceipt, getReceiptDelivery } from '@cordee/contracts/billing/receipt';
import { getStatementOfAccount } from '@cordee/contracts/billing/statement';
import { newId } from '@cordee/contracts/id';
import { expectConsistentLedger } from '../../test/consistent-ledger.fixture.ts';
import { address, anna, chf, people, type BillingFixture } from '../../test/billing.fixture.ts';
import { waitForReceipts } from '../../test/receipts.ts';
import { readPdfTexts } from '../../test/pdf-texts.ts';
import { CardFixture } from '../../test/card.fixture.ts';

const SELLER_EMAIL = 'accounts@alpenhost.example';

let cards: CardFixture;
let billing: BillingFixture;
beforeAll(async () => {
  cards = await CardFixture.start({ SELLER_EMAIL });
  billing = cards.billing;
});
afterAll(() => billing.stop());

type OrganizationId = `org_${string}`;

const receiptOf = (organizationId: OrganizationId, bookingId: `bkg_${string}`) =>
  billing.test.call(getReceipt, { organizationId, bookingId }, people.viewer);
const sequenceOf = (number: string): number => Number(/^RCP-\d{4}-(\d{6})$/.exec(number)![1]);

describe('a receipt (PAY-4)', () => {
  it('is issued once per bank payment with the standing-order reference, in its own series without gaps', async () => {
    const organizationId = await billing.organization();
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    const payments = [5_000, 6_000, 7_000].map((amount) => ({ amount, reference }));
    await billing.receive(...payments);
    const entries = await waitForReceipts(billing, organizationId);
    const numbers = entries.map(({ receiptNumber }) => sequenceOf(receiptNumber!)).sort((a, b) => a - b);
    expect(numbers).toEqual([numbers[0], numbers[0]! + 1, numbers[0]! + 2]);
    const { bookingId, receiptNumber, amount } = entries[0]!;
    expect(await receiptOf(organizationId, bookingId!)).toEqual({
      bookingId,
      number: receiptNumber,
      issuedOn: billing.today(),
      amount,
      valuedOn: billing.today(),
      method: 'bank_transfer',
      buyerName: address.name,
      language: 'fr',
      reversedOn: null,
      reversed: chf(0),
    });
    const { data } = await billing.test.call(
      getStatementOfAccount,
      { organizationId, from: billing.today(), to: billing.today() },
      anna,
    );
    expect(new Set(data.map((row) => row.receiptNumber))).toEqual(new Set(entries.map((entry) => entry.receiptNumber)));
    expect((await billing.eventsOf(bookingId!)).map(({ type }) => type)).toEqual([
      'prepaid.credited',
      'receipt.issued',
    ]);
  });

  it('is issued for a payment by card to the account, also without a billing address, and has a PDF', async () => {
    const organizationId = await billing.organizationWithoutAddress();
    const methodId = await cards.storeMethod(organizationId, 'success');
    const input = { organizationId, amount: chf(20_000), methodId };
    const { paymentId } = await billing.test.call(topUpPrepaidByCard, input, anna, billing.newKeyOptions());
    await cards.waitForStatus(organizationId, paymentId, 'succeeded');
    const [entry] = await waitForReceipts(billing, organizationId);
    expect(await receiptOf(organizationId, entry!.bookingId!)).toMatchObject({
      method: 'card',
      amount: chf(20_000),
      buyerName: 'Alpine Rescue',
    });
    const file = await billing.test.call(
      downloadReceipt,
      { organizationId, bookingId: entry!.bookingId! },
      people.externalViewer,
    );
    expect(file).toMatchObject({ name: `${entry!.receiptNumber}.pdf`, contentType: 'application/pdf' });
    const texts = readPdfTexts(await billing.readFile(organizationId, file.fileId)).map(({ text }) => text);
    expect(texts.join(' ')).toContain(entry!.receiptNumber);
    expect(texts).toContain(SELLER_EMAIL);
  });

  it('is not issued for other money in prepaid, and needs the right to see documents', async () => {
    const organizationId = await billing.organization();
    const { reference, total } = await billing.proForma(organizationId);
    await billing.receive({ amount: total.amount + 500, reference: reference! });
    await billing.topUp(organizationId, 4_000);
    const entries = await waitForReceipts(billing, organizationId);
    const overpaidEntry = entries.find(({ reason }) => reason === 'overpaid')!;
    expect(overpaidEntry.receiptNumber).toBeNull();
    const codeOf = (bookingId: `bkg_${string}`, as: (typeof people)[keyof typeof people] = anna, id = organizationId) =>
      billing.test.codeOf(getReceipt, { organizationId: id, bookingId }, as);
    expect(await codeOf(overpaidEntry.bookingId!)).toBe('RECEIPT_NOT_FOUND');
    expect(await codeOf(newId('bkg', new Date()))).toBe('RECEIPT_NOT_FOUND');
    const topUpEntry = entries.find(({ receiptNumber }) => receiptNumber !== null)!;
    expect(await codeOf(topUpEntry.bookingId!, people.payer)).toBe('PERMISSION_DENIED');
    expect(await codeOf(topUpEntry.bookingId!, anna, await billing.organization())).toBe('RECEIPT_NOT_FOUND');
  });

  it('goes to the mailboxes that the default address had when the receipt was issued', async () => {
    const organizationId = await billing.organizationWithoutAddress();
    const mailboxes = ['accounts@alpine.example'];
    const { id: addressId } = await billing.test.call(
      addAddress,
      { organizationId, ...address, mailboxes, language: 'es' },
      anna,
    );
    await billing.topUp(organizationId, 5_000);
    const [entry] = await waitForReceipts(billing, organizationId);
    await billing.test.call(changeAddress, { organizationId, addressId, mailboxes: [] }, anna);
    const input = { organizationId, bookingId: entry!.bookingId! };
    expect(await billing.test.call(getReceiptDelivery, input, { service: 'reminders' })).toMatchObject({
      receipt: { number: entry!.receiptNumber, language: 'es' },
      mailboxes,
      delivery: 'mail_with_pdf',
    });
  });

  it('says when the bank took the payment back', async () => {
    const organizationId = await billing.organization();
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    await billing.receive({ amount: 9_000, reference, servicerReference: 'RCP-1' });
    const [entry] = await waitForReceipts(billing, organizationId);
    await billing.receive({ amount: 9_000, reference, servicerReference: 'RCP-1', isReversal: true });
    expect(await receiptOf(organizationId, entry!.bookingId!)).toMatchObject({
      reversedOn: billing.today(),
      reversed: chf(9_000),
    });
  });

  it('says what the bank of the payer took back from a payment by card', async () => {
    const organizationId = await billing.organization();
    const methodId = await cards.storeMethod(organizationId, 'chargeback');
    const input = { organizationId, amount: chf(20_000), methodId };
    const { paymentId } = await billing.test.call(topUpPrepaidByCard, input, anna, billing.newKeyOptions());
    await cards.waitForStatus(organizationId, paymentId, 'succeeded');
    const [entry] = await waitForReceipts(billing, organizationId);
    expect(await receiptOf(organizationId, entry!.bookingId!)).toMatchObject({ reversedOn: null, reversed: chf(0) });
    cards.passTime(8, 'days');
    await cards.waitForStatus(organizationId, paymentId, 'charged_back');
    expect(await receiptOf(organizationId, entry!.bookingId!)).toMatchObject({
      reversedOn: billing.today(),
      reversed: chf(20_000),
    });
    expect(await billing.balance(organizationId)).toBe(0);
    await expectConsistentLedger(billing, organizationId);
  });
});
