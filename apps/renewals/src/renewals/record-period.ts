import { toUuid } from '@cordee/contracts/id';
import { uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { HowRenewed, Renewal } from './renewal.entity.ts';

/** Keeps the renewal's period on record; the keys make a second one impossible, whoever has the product (REN-3). */
export async function recordPeriod(
  em: EntityManager,
  renewal: Renewal,
  how: HowRenewed,
  invoiceId: `inv_${string}` | null,
  now: Date,
): Promise<void> {
  await em.execute(
    `insert into period (organization_id, product_id, period_start, period_end, how, invoice_id, created_at) values (?, ?, ?, ?, ?, ?, ?)`,
    [
      toUuid(renewal.organizationId),
      toUuid(renewal.productId),
      renewal.periodStart,
      renewal.periodEnd,
      how,
      uuidOrNull(invoiceId),
      now,
    ],
  );
}
