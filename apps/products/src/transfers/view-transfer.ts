import type { Transfer, TransferView } from './transfer.entity.ts';

/**
 * Returns a transfer as the offering organization sees it. `to` is the target of the offer; `toOrganizationId` is the
 * organization that accepts or has accepted.
 */
export function viewTransfer(transfer: Transfer, productName: string, now: Date): TransferView {
  const { id, productId, status, expiresAt, createdAt } = transfer;
  return {
    id,
    productId,
    productName,
    to: targetOf(transfer),
    status: transfer.hasExpired(now) ? 'expired' : status,
    toOrganizationId: transfer.toOrganizationId ?? null,
    expiresAt: expiresAt.toISOString(),
    createdAt: createdAt.toISOString(),
  };
}

function targetOf({ kind, email, targetOrganizationId }: Transfer): TransferView['to'] {
  if (kind === 'email') return { kind, email: email ?? null };
  return kind === 'link' ? { kind } : { kind, organizationId: targetOrganizationId! };
}
