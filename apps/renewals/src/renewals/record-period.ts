import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { HowRenewed, Renewal } from './renewal.entity.ts';

/** Keeps the renewal's period on record; the key makes a second one impossible (REN-3). */
export async function recordPeriod(em: EntityManager, renewal: Renewal, how: HowRenewed, invoiceId: `inv_${string}` | null, isPaid: boolean, now: Date): Promise<void> {
  await em.execute(
    `insert into period (organization_id, product_id, period_start, period_end, how, invoice_id, is_paid, created_at) values (?, ?, ?, ?, ?, ?, ?, ?)`,
    [toUuid(renewal.organizationId), toUuid(renewal.productId), renewal.periodStart, renewal.periodEnd, how, invoiceId && toUuid(invoiceId), isPaid, now],
  );
}

/** Periods of the product that were renewed on credit and are not paid. */
export async function countOpenPeriods(em: EntityManager, renewal: Renewal): Promise<number> {
  const [row] = await em.execute<{ open: number }[]>(
    `select count(*)::int as open from period where organization_id = ? and product_id = ? and how = 'warranty' and not is_paid`,
    [toUuid(renewal.organizationId), toUuid(renewal.productId)],
  );
  return row!.open;
}
