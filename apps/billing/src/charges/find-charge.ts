import type { chargePeriod } from '@cordee/contracts/billing/charge';
import type { Input, Output } from '@cordee/contracts/contract';
import { toId, toUuid } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import type { EntityManager } from '@mikro-orm/postgresql';

interface ChargeRow {
  status: 'paid' | 'issued';
  invoice_id: string;
  total: string;
  currency: Currency;
  due_on: string;
}

/**
 * Finds the stored result of the first charge of the period (REN-3). A charge that was credited in full counts only for
 * a repeated call with its id.
 */
export async function findCharge(
  em: EntityManager,
  period: Input<typeof chargePeriod>,
): Promise<Output<typeof chargePeriod> | undefined> {
  const [row] = await em.execute<ChargeRow[]>(
    `select status, invoice_id, total, currency, due_on::text
     from charge
     where organization_id = ? and product_id = ? and period_start = ? and (released_at is null or id = ?)
     order by released_at nulls first limit 1`,
    [toUuid(period.organizationId), toUuid(period.productId), period.periodStart, toUuid(period.chargeId)],
  );
  return (
    row && {
      status: row.status,
      invoiceId: toId('inv', row.invoice_id),
      total: { amount: Number(row.total), currency: row.currency },
      dueOn: row.due_on,
      // A declined charge is not stored.
      declineReason: null,
    }
  );
}
