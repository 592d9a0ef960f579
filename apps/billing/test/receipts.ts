import type { getPrepaid } from '@cordee/contracts/billing/prepaid';
import type { Answer } from '@cordee/contracts/contract';
import type { BillingFixture } from './billing.fixture.ts';

/** Waits until all top-ups of an organization have a receipt. Returns the entries of its prepaid account. */
export function waitForReceipts(
  billing: BillingFixture,
  organizationId: `org_${string}`,
): Promise<Answer<typeof getPrepaid>['entries']> {
  const { test } = billing;
  // A moved clock makes the jobs search at once.
  test.moveClockTo(new Date(test.process.clock.now().getTime() + 1).toISOString());
  return test.until(async () => {
    const { entries } = await billing.prepaid(organizationId);
    const topUps = entries.filter(({ reason }) => reason === 'standing_order' || reason === 'top_up');
    return topUps.every(({ receiptNumber }) => receiptNumber !== null) && entries;
  }, 'the receipts of all top-ups');
}
