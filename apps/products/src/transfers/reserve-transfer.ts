import type { AccessCache } from '@cordee/access/access-cache';
import { DomainError } from '@cordee/contracts/domain-error';
import type { EntityManager } from '@mikro-orm/postgresql';
import { mayTransferProducts } from './may-transfer-products.ts';
import type { NextCharge } from './next-charge.ts';
import { lockByToken, lockTransfer, type CallingPerson } from './find-transfer.ts';
import { assertOfferUnchanged, type QuotedTerms } from './assert-offer-unchanged.ts';
import type { TransferKey, TokenContent } from './transfer-token.ts';
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
  tokenContent: TokenContent;
  callingPerson: CallingPerson;
  organizationId: `org_${string}`;
  /** The current retained users. */
  retainedAccountIds: `acc_${string}`[];
  /** Undefined when the renewals service does not know the product, or when the offer is closed. */
  nextCharge: NextCharge | undefined;
  quotedTerms: QuotedTerms;
}

/** Key of the advisory lock that serializes the acceptances of a transfer and the sweep that finishes the transfer. */
export const lockKeyOf = (transferId: `trf_${string}`): string => `transfer ${transferId}`;

/**
 * Reserves the transfer for an organization: no other organization can accept the transfer, and nobody can cancel the
 * transfer. A repeated call by the same organization returns the existing reservation.
 */
export async function reserveTransfer(
  em: EntityManager,
  now: Date,
  access: AccessCache,
  { tokenContent, callingPerson, organizationId, retainedAccountIds, nextCharge, quotedTerms }: Acceptance,
): Promise<ReservedTransfer> {
  const transfer = await lockByToken(em, tokenContent);
  const transferIds = {
    key: { organizationId: tokenContent.organizationId, transferId: tokenContent.transferId },
    productId: transfer.productId,
    toOrganizationId: organizationId,
  };
  if (transfer.toOrganizationId === organizationId)
    return {
      ...transferIds,
      retainedAccountIds: transfer.retainedAccountIds ?? null,
      isFinished: transfer.status === 'accepted',
    };
  await assertAcceptable(transfer, now, access, callingPerson, organizationId);
  // The renewals service does not know the product yet, so the offer shows no price, and no renewal can be detached.
  if (!nextCharge) throw new DomainError('PRODUCT_JUST_ARRIVED');
  assertOfferUnchanged(transfer, quotedTerms, { retainedUserCount: retainedAccountIds.length, nextCharge });
  transfer.reserve(organizationId, callingPerson.accountId, retainedAccountIds);
  return { ...transferIds, retainedAccountIds, isFinished: false };
}

async function assertAcceptable(
  transfer: Transfer,
  now: Date,
  access: AccessCache,
  callingPerson: CallingPerson,
  organizationId: `org_${string}`,
): Promise<void> {
  if (transfer.organizationId === organizationId) throw new DomainError('TRANSFER_TARGET_SAME');
  transfer.assertOpen(now);
  if (transfer.kind === 'email' && transfer.emailKey !== callingPerson.emailKey)
    throw new DomainError('TRANSFER_ADDRESS_OTHER');
  if (transfer.kind === 'organization' && transfer.targetOrganizationId !== organizationId)
    throw new DomainError('TRANSFER_TARGET_OTHER');
  // An offer is valid while its offerer has the permission, like an invitation.
  if (!(await mayTransferProducts(access, transfer.organizationId, transfer.offeredBy)))
    throw new DomainError('OFFERER_NOT_ALLOWED');
}

/** Reopens the offer after the renewals service rejected the transfer. */
export async function reopenOffer(em: EntityManager, key: TransferKey): Promise<void> {
  const transfer = await lockTransfer(em, key);
  if (transfer?.status === 'accepting') transfer.reopen();
}
