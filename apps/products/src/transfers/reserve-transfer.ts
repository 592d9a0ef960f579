import type { AccessCache } from '@cordee/access/access-cache';
import { DomainError } from '@cordee/contracts/domain-error';
import type { EntityManager } from '@mikro-orm/postgresql';
import { managesProducts } from './retained-access.ts';
import type { NextCharge } from './next-charge.ts';
import { lockByLink, lockTransfer, type Recipient } from './find-transfer.ts';
import { assertOfferUnchanged, type QuotedTerms } from './assert-offer-unchanged.ts';
import type { TransferKey, TransferLink } from './transfer-token.ts';
import type { Transfer } from './transfer.entity.ts';

/** A transfer that is reserved for the accepting organization. */
export interface ReservedTransfer {
  key: TransferKey;
  productId: `prd_${string}`;
  toOrganizationId: `org_${string}`;
  /** The people who are retained if they still use the product when it moves; null when all users are retained. */
  retainedAccountIds: readonly `acc_${string}`[] | null;
  /** True when an earlier attempt finished the transfer. */
  isFinished: boolean;
}

export interface Acceptance {
  link: TransferLink;
  recipient: Recipient;
  organizationId: `org_${string}`;
  /** The current retained users. */
  retainedAccountIds: `acc_${string}`[];
  /** Undefined when renewals does not know the product, or when the offer is closed. */
  nextCharge: NextCharge | undefined;
  quotedTerms: QuotedTerms;
}

/** Key of the advisory lock that serializes the acceptances of a transfer and the sweep that finishes the transfer. */
export const lockKeyOf = (transferId: `trf_${string}`): string => `transfer ${transferId}`;

/**
 * Reserves the transfer for an organization: no other organization can accept it, and it cannot be cancelled. A
 * repeated call by the same organization returns the existing reservation.
 */
export async function reserve(
  em: EntityManager,
  now: Date,
  access: AccessCache,
  { link, recipient, organizationId, retainedAccountIds, nextCharge, quotedTerms }: Acceptance,
): Promise<ReservedTransfer> {
  const transfer = await lockByLink(em, link);
  const transferIds = {
    key: { organizationId: link.organizationId, transferId: link.transferId },
    productId: transfer.productId,
    toOrganizationId: organizationId,
  };
  if (transfer.toOrganizationId === organizationId)
    return {
      ...transferIds,
      retainedAccountIds: transfer.retainedAccountIds ?? null,
      isFinished: transfer.status === 'accepted',
    };
  await assertAcceptable(transfer, now, access, recipient, organizationId);
  // Renewals does not know the product yet: the offer shows no price, and the renewal cannot be detached.
  if (!nextCharge) throw new DomainError('PRODUCT_JUST_ARRIVED');
  assertOfferUnchanged(transfer, quotedTerms, { retainedUserCount: retainedAccountIds.length, nextCharge });
  transfer.reserve(organizationId, recipient.accountId, retainedAccountIds);
  return { ...transferIds, retainedAccountIds, isFinished: false };
}

async function assertAcceptable(
  transfer: Transfer,
  now: Date,
  access: AccessCache,
  recipient: Recipient,
  organizationId: `org_${string}`,
): Promise<void> {
  if (transfer.organizationId === organizationId) throw new DomainError('TRANSFER_TARGET_SAME');
  transfer.assertOpen(now);
  if (transfer.kind === 'email' && transfer.emailKey !== recipient.emailKey)
    throw new DomainError('TRANSFER_ADDRESS_OTHER');
  if (transfer.kind === 'organization' && transfer.targetOrganizationId !== organizationId)
    throw new DomainError('TRANSFER_TARGET_OTHER');
  // An offer is valid while its offerer has the permission, like an invitation (C-ROL-08).
  if (!(await managesProducts(access, transfer.organizationId, transfer.offeredBy)))
    throw new DomainError('OFFERER_NOT_ALLOWED');
}

/** Reopens the offer after renewals rejected the transfer. */
export async function reopen(em: EntityManager, key: TransferKey): Promise<void> {
  const transfer = await lockTransfer(em, key);
  if (transfer?.status === 'accepting') transfer.reopen();
}
