import { toId, toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * SQL condition: the row `period` is an unpaid period on credit. A payment is stored in `paid_invoice` and not in
 * `period`, because the payment event may arrive before the period is recorded.
 */
export const isOpenPeriodSql = `period.origin = 'warranty' and not exists (
  select from paid_invoice paid
  where paid.organization_id = period.organization_id and paid.invoice_id = period.invoice_id
)`;

/**
 * Counts the unpaid periods on credit per product, for all products or for one product. The result has no entry for a
 * product without an unpaid period on credit.
 */
export async function countOpenPeriods(
  em: EntityManager,
  organizationId: `org_${string}`,
  productId?: `prd_${string}`,
): Promise<Map<`prd_${string}`, number>> {
  const rows = await em.execute<{ product_id: string; open: number }[]>(
    `select product_id, count(*)::int as open
     from period where organization_id = ?${productId ? ' and product_id = ?' : ''}
       and ${isOpenPeriodSql}
     group by product_id`,
    [toUuid(organizationId), ...(productId ? [toUuid(productId)] : [])],
  );
  return new Map(rows.map((row) => [toId('prd', row.product_id), row.open]));
}
