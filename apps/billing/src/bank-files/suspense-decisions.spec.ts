import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { createPaymentFile, listPaymentFiles } from '@cordee/contracts/billing/pay-out';
import { assignSuspense, returnSuspense } from '@cordee/contracts/billing/suspense';
import { asService, BillingFixture, staff } from '../../test/billing.fixture.ts';

const PRICE = 11_675;
let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

const sumOf = async (account: string): Promise<number> => {
  const sql = `select coalesce(sum(amount), 0)::int as amount from ledger_entry where account = $1`;
  return (await billing.test.rows(sql, [account]))[0]!['amount'] as number;
};

it('staff returns money in a currency in which no product is sold (PAY-2)', async () => {
  const payer = { debtorIban: 'CH5604835012345678009', debtorName: 'Nobody' };
  const { bookings } = await billing.receive({ amount: 5_500, currency: 'SEK', ...payer });
  const input = { bookingId: bookings[0]!.bookingId!, reason: 'No customer' };
  expect(await billing.test.codeOf(returnSuspense, input, staff)).toBe('ok');
  const file = await billing.test.call(createPaymentFile, {}, staff, billing.newKeyOptions());
  expect(file.sums).toEqual([{ amount: 5_500, currency: 'SEK' }]);
  expect((await billing.test.call(listPaymentFiles, {}, staff)).data).toContainEqual(file);
});

it.each([false, true])(
  'staff learns why money in a currency in which no product is sold cannot be assigned; reversal: %s',
  async (isReversal) => {
    const organizationId = await billing.organization();
    const { bookings } = await billing.receive({ amount: 5_600, currency: 'SEK', isReversal });
    const input = { bookingId: bookings[0]!.bookingId!, organizationId, reason: 'He called' };
    const sumBefore = await sumOf('suspense');
    const error = await billing.test.call(assignSuspense, input, staff).catch((problem: unknown) => problem);
    expect(error).toMatchObject({
      code: 'SUSPENSE_CURRENCY_NOT_SOLD',
      detail: 'no product is sold in SEK: return the money to its payer, or write it off',
    });
    expect(await sumOf('suspense')).toBe(sumBefore);
  },
);

it('staff assigns a reversal whose payment was not found to its invoice (PAY-2, C-BNK-14)', async () => {
  const organizationId = await billing.organization();
  const { invoice } = await billing.paidOrder(organizationId, { servicerReference: 'PAID' });
  const { bookings } = await billing.receive({ amount: PRICE, servicerReference: 'OTHER', isReversal: true });
  expect(bookings).toMatchObject([{ status: 'suspense' }]);
  const documentId = invoice.id as `inv_${string}`;
  const sumBefore = await sumOf('suspense');
  const input = { bookingId: bookings[0]!.bookingId!, organizationId, documentId, reason: 'The bank wrote' };
  expect(await billing.test.codeOf(assignSuspense, input, staff)).toBe('ok');
  expect((await billing.document(organizationId, documentId)).status).toBe('open');
  expect(await sumOf('suspense')).toBe(sumBefore - PRICE);
  expect(await billing.test.codeOf(assignSuspense, input, staff)).toBe('ok');
  expect(await sumOf('suspense')).toBe(sumBefore - PRICE);
});

describe('a reversal whose payment was not found', () => {
  const receiveReversal = async (amount: number) => {
    const { bookings } = await billing.receive({ amount, servicerReference: `UNKNOWN-${amount}`, isReversal: true });
    return bookings[0]!.bookingId!;
  };

  it('is taken from the prepaid account of an organization, and reopens what prepaid has paid', async () => {
    const organizationId = await billing.organization();
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    const { invoiceId } = await billing.test.call(
      chargePeriod,
      billing.chargeInput(organizationId, { method: 'on_credit' }),
      asService,
    );
    await billing.receive({ amount: PRICE + 1_000, reference });
    expect((await billing.document(organizationId, invoiceId!)).status).toBe('paid');
    const bookingId = await receiveReversal(PRICE + 1_000);
    const input = { bookingId, organizationId, reason: 'The bank wrote' };
    expect(await billing.test.codeOf(assignSuspense, input, staff)).toBe('ok');
    expect((await billing.document(organizationId, invoiceId!)).status).toBe('open');
    expect(await billing.balance(organizationId)).toBe(0);
  });

  it.each([
    ['prepaid does not cover it', false, 'PREPAID_INSUFFICIENT'],
    ['the document has no payment of its amount', true, 'DOCUMENT_NOT_PAID'],
  ] as const)('changes nothing when %s', async (_, hasDocument, code) => {
    const organizationId = await billing.organization();
    const { invoice } = await billing.paidOrder(organizationId, { servicerReference: `PAID-${code}` });
    const bookingId = await receiveReversal(hasDocument ? 700 : 800);
    const documentField = hasDocument ? { documentId: invoice.id as `inv_${string}` } : {};
    const input = { bookingId, organizationId, ...documentField, reason: 'The bank wrote' };
    expect(await billing.test.codeOf(assignSuspense, input, staff)).toBe(code);
    expect((await billing.document(organizationId, invoice.id)).status).toBe('paid');
  });
});
