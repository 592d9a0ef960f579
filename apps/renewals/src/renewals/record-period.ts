import { toUuid } from '@cordee/contracts/id';
import { uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { PeriodOrigin, Renewal } from './renewal.entity.ts';

/**
 * Inserts the current period of a renewal. Unique keys reject a second row for the same period, also in another
 * organization (REN-3).
 */
export async function recordPeriod(
  em: EntityManager,
  renewal: Renewal,
  origin: PeriodOrigin,
  invoiceId: `inv_${string}` | null,
  now: Date,
): Promise<void> {
  await em.execute(
    `insert into period (organization_id, product_id, period_start, period_end, origin, invoice_id, created_at)
     values (?, ?, ?, ?, ?, ?, ?)`,
    [
      toUuid(renewal.organizationId),
      toUuid(renewal.productId),
      renewal.periodStart,
      renewal.periodEnd,
      origin,
      uuidOrNull(invoiceId),
      now,
    ],
  );
}
