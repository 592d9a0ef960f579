import { toId, toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * How many periods of each product, or of one, were renewed on credit and are not paid; products without any are left out. Whether one is
 * paid is looked up and never copied into the period: the payment may be told before the period is written (C-REM-07).
 */
export async function openPeriodsOf(
  em: EntityManager,
  organizationId: `org_${string}`,
  productId?: `prd_${string}`,
): Promise<Map<`prd_${string}`, number>> {
  const rows = await em.execute<{ product_id: string; open: number }[]>(
    `select product_id, count(*)::int as open from period where organization_id = ?${productId ? ' and product_id = ?' : ''} and how = 'warranty'
       and not exists (select from settled_invoice settled where settled.organization_id = period.organization_id and settled.invoice_id = period.invoice_id)
     group by product_id`,
    [toUuid(organizationId), ...(productId ? [toUuid(productId)] : [])],
  );
  return new Map(rows.map((row) => [toId('prd', row.product_id), row.open]));
}
