import { expect } from '@jest/globals';
import { uuid } from '@cordee/testing/test-service';
import type { BillingFixture } from './billing.fixture.ts';

/**
 * Expects balanced ledger bookings, and prepaid balances and open invoices of the organization that agree with them.
 */
export async function expectConsistentLedger(billing: BillingFixture, organizationId: `org_${string}`): Promise<void> {
  const parameters = [uuid(organizationId)];
  const unbalancedBookings = await billing.test.rows(
    `select booking_id from ledger_entry group by booking_id, currency having sum(amount) <> 0`,
  );
  expect(unbalancedBookings).toEqual([]);
  const { balances, entries } = await billing.prepaid(organizationId);
  for (const { amount, currency } of balances) {
    expect(amount).toBeGreaterThanOrEqual(0);
    expect(
      entries
        .filter((entry) => entry.amount.currency === currency)
        .reduce((sum, entry) => sum + entry.amount.amount, 0),
    ).toBe(amount);
  }
  const openInvoiceAmount = await billing.test.rows(
    `select coalesce(sum(total - credited_amount - written_off_amount - paid_amount + refunded_amount), 0)::text
       as amount
     from invoice where organization_id = $1`,
    parameters,
  );
  const receivableBalance = await billing.test.rows(
    `select coalesce(sum(amount), 0)::text as amount
     from ledger_entry where organization_id = $1 and account = 'receivable'`,
    parameters,
  );
  expect(receivableBalance).toEqual(openInvoiceAmount);
}
