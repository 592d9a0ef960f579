import { toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import { uuidList } from '@cordee/service/database/sql-values';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { Invoice } from './invoice.entity.ts';

/**
 * Reads and locks invoices whose payment is reversed or charged back, and deletes their stored e-invoices, which state
 * that the invoices are paid. A concurrent download has stored its file before, or reads the open invoice.
 */
export async function lockInvoicesToReopen(
  em: EntityManager,
  organizationId: `org_${string}`,
  ids: readonly `inv_${string}`[],
): Promise<Invoice[]> {
  const invoices = await em.find(
    Invoice,
    { organizationId, id: { $in: [...ids] } },
    { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  sendAhead(em, `delete from e_invoice where organization_id = ? and document_id = any(?::uuid[])`, [
    toUuid(organizationId),
    uuidList(ids),
  ]);
  return invoices;
}
