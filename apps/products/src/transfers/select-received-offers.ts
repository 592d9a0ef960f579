import type { listMyTransfers } from '@cordee/contracts/products/transfer-offer';
import type { Output } from '@cordee/contracts/contract';
import { toId } from '@cordee/contracts/id';
import { idOrNull, instantOf, uuidList, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { makeTransferToken } from './transfer-token.ts';

interface OfferRow {
  organization_id: string;
  id: string;
  target_organization_id: string | null;
  expires_at: string;
  type: string;
  name: string;
}

/**
 * Selects open offers to an address or to one of the organizations, newest first. The database role of `em` must see
 * the rows of every organization.
 */
export async function selectReceivedOffers(
  em: EntityManager,
  now: Date,
  emailKey: string,
  organizationIds: readonly `org_${string}`[],
  { beforeId, limit }: { beforeId: `trf_${string}` | undefined; limit: number },
): Promise<Output<typeof listMyTransfers>['data']> {
  const rows = await em.execute<OfferRow[]>(
    `select transfer.organization_id, transfer.id, target_organization_id, expires_at, product.type, product.name
     from transfer
     join product on product.organization_id = transfer.organization_id and product.id = transfer.product_id
     where status = 'offered' and expires_at > ? and (email_key = ? or target_organization_id = any(?::uuid[]))
       and (?::uuid is null or transfer.id < ?)
     order by transfer.id desc limit ?`,
    [now, emailKey, uuidList(organizationIds), uuidOrNull(beforeId), uuidOrNull(beforeId), limit],
  );
  return rows.map((row) => {
    const organizationId = toId('org', row.organization_id);
    const transferId = toId('trf', row.id);
    return {
      transferId,
      type: row.type,
      name: row.name,
      token: makeTransferToken({ organizationId, transferId }),
      organizationId: idOrNull('org', row.target_organization_id),
      expiresAt: instantOf(row.expires_at),
    };
  });
}
