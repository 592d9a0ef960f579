import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addDays } from '@cordee/calendar/local-date';
import { BillingFixture, type FilePayment } from '../../test/billing.fixture.ts';

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

/** Creates an organization and credits a payment to its prepaid account. */
async function organizationWithPayment(amount: number, payment: Partial<FilePayment>) {
  const organizationId = await billing.organization();
  const { standingOrderReference: reference } = await billing.prepaid(organizationId);
  await billing.receive({ amount, reference, ...payment });
  return organizationId;
}

describe('a reversal of one of several equal payments (C-BNK-14)', () => {
  it('takes back the payment with the references of the bank, not a newer one with the end-to-end id', async () => {
    const [older, newer] = [
      await organizationWithPayment(6_000, { servicerReference: 'OLDER', endToEndId: 'INVOICE' }),
      await organizationWithPayment(6_000, { servicerReference: 'NEWER', endToEndId: 'INVOICE' }),
    ];
    const { bookings } = await billing.receive({
      amount: 6_000,
      servicerReference: 'OLDER',
      endToEndId: 'INVOICE',
      entryReference: 'REVERSAL',
      isReversal: true,
    });
    expect(bookings).toMatchObject([{ status: 'reversed', organizationId: older }]);
    expect([await billing.balance(older), await billing.balance(newer)]).toEqual([0, 6_000]);
  });

  it('goes to suspense when only the end-to-end id of two organizations is the same', async () => {
    const organizations = [
      await organizationWithPayment(6_100, { servicerReference: 'FIRST', endToEndId: 'RENT' }),
      await organizationWithPayment(6_100, { servicerReference: 'SECOND', endToEndId: 'RENT' }),
    ];
    const reversal = { amount: 6_100, servicerReference: 'OTHER', endToEndId: 'RENT', isReversal: true };
    expect((await billing.receive(reversal)).bookings).toMatchObject([{ status: 'suspense' }]);
    expect(await Promise.all(organizations.map((each) => billing.balance(each)))).toEqual([6_100, 6_100]);
  });

  it('takes back the newest of the payments of one organization', async () => {
    const organizationId = await organizationWithPayment(6_200, { servicerReference: 'A-1', endToEndId: 'FEES' });
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    await billing.receive({ amount: 6_200, reference, servicerReference: 'A-2', endToEndId: 'FEES' });
    const reversal = { amount: 6_200, servicerReference: 'A-3', endToEndId: 'FEES', isReversal: true };
    expect((await billing.receive(reversal)).bookings).toMatchObject([{ status: 'reversed', organizationId }]);
    expect(await billing.balance(organizationId)).toBe(6_200);
  });
});

describe('an invoice whose payment is reversed (C-BNK-14)', () => {
  const reverseAfter = async (days: number) => {
    const organizationId = await billing.organization();
    const servicerReference = `DUE-${days}`;
    const { invoice } = await billing.paidOrder(organizationId, { servicerReference });
    billing.test.moveClockTo(`${addDays(billing.today(), days)}T09:00:00Z`);
    await billing.receive({ amount: 11_675, servicerReference, isReversal: true });
    const reopened = await billing.document(organizationId, invoice.id);
    expect(reopened.status).toBe('open');
    return { dueOn: reopened.dueOn!, dueBefore: invoice.dueOn! };
  };

  it('keeps a due date that is more than 10 days ahead', async () => {
    const { dueOn, dueBefore } = await reverseAfter(5);
    expect(dueOn).toBe(dueBefore);
  });

  it('is due at least 10 days after the reversal', async () => {
    const { dueOn, dueBefore } = await reverseAfter(28);
    expect(dueOn > dueBefore && dueOn >= addDays(billing.today(), 10)).toBe(true);
  });
});
