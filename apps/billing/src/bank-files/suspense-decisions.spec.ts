import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { assignSuspense, returnSuspense } from '@cordee/contracts/billing/suspense';
import { BillingFixture, staff } from '../../test/billing.fixture.ts';

const PRICE = 11_675;
let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

it('staff returns money in a currency in which no product is sold (PAY-2)', async () => {
  const payer = { debtorIban: 'CH5604835012345678009', debtorName: 'Nobody' };
  const { bookings } = await billing.receive({ amount: 5_500, currency: 'SEK', ...payer });
  const input = { bookingId: bookings[0]!.bookingId!, reason: 'No customer' };
  expect(await billing.test.codeOf(returnSuspense, input, staff)).toBe('ok');
});

it('staff assigns a reversal whose payment was not found to its invoice (PAY-2, C-BNK-14)', async () => {
  const organizationId = await billing.organization();
  const { invoice } = await billing.paidOrder(organizationId, { servicerReference: 'PAID' });
  const { bookings } = await billing.receive({ amount: PRICE, servicerReference: 'OTHER', isReversal: true });
  expect(bookings).toMatchObject([{ status: 'suspense' }]);
  const documentId = invoice.id as `inv_${string}`;
  const input = { bookingId: bookings[0]!.bookingId!, organizationId, documentId, reason: 'The bank wrote' };
  expect(await billing.test.codeOf(assignSuspense, input, staff)).toBe('ok');
  expect((await billing.document(organizationId, documentId)).status).toBe('open');
});
