import type { AccessCache } from '@cordee/access/access-cache';
import { DomainError } from '@cordee/contracts/domain-error';
import type { EntityManager } from '@mikro-orm/postgresql';
import { managesProducts } from './retained-access.ts';
import type { NextCharge } from './next-charge.ts';
import { lockLinked, lockTransfer, type Receiver } from './find-transfer.ts';
import { assertOfferUnchanged, type QuotedTerms } from './assert-offer-unchanged.ts';
import type { TransferKey, TransferLink } from './transfer-token.ts';
import type { Transfer } from './transfer.entity.ts';

/** A transfer that somebody accepted for their organization. */
export interface Accepted {
  key: TransferKey;
  productId: `prd_${string}`;
  toOrganizationId: `org_${string}`;
  /** Who comes along, if they still use it when it moves; null for everybody who does. */
  keptAccountIds: readonly `acc_${string}`[] | null;
  /** Whether it was done before. */
  isDone: boolean;
}

/** What somebody accepts, for which organization. */
export interface Acceptance {
  link: TransferLink;
  receiver: Receiver;
  organizationId: `org_${string}`;
  /** Who would come with the product now, and what is due for it; undefined when renewals does not know it, or when it is no longer on offer. */
  coming: `acc_${string}`[];
  due: NextCharge | undefined;
  shown: QuotedTerms;
}

/** What those who accept one transfer, and whoever finishes it, take turns at. */
export const lockKeyOf = (transferId: `trf_${string}`): string => `transfer ${transferId}`;

/** Marks the transfer as accepted for an organization, so that nobody else can have it or take it back; the same organization again goes on where it stopped. */
export async function reserve(
  em: EntityManager,
  now: Date,
  access: AccessCache,
  { link, receiver, organizationId, coming, due, shown }: Acceptance,
): Promise<Accepted> {
  const transfer = await lockLinked(em, link);
  const accepted = {
    key: { organizationId: link.organizationId, transferId: link.transferId },
    productId: transfer.productId,
    toOrganizationId: organizationId,
  };
  if (transfer.toOrganizationId === organizationId)
    return { ...accepted, keptAccountIds: transfer.keptAccountIds ?? null, isDone: transfer.status === 'accepted' };
  await assertAcceptable(transfer, now, access, receiver, organizationId);
  // Renewals has not heard of it yet: nobody can have been shown what it costs, and it could not be let go.
  if (!due) throw new DomainError('PRODUCT_JUST_ARRIVED');
  assertOfferUnchanged(transfer, shown, { keptPeopleCount: coming.length, due });
  transfer.reserve(organizationId, receiver.accountId, coming);
  return { ...accepted, keptAccountIds: coming, isDone: false };
}

async function assertAcceptable(
  transfer: Transfer,
  now: Date,
  access: AccessCache,
  receiver: Receiver,
  organizationId: `org_${string}`,
): Promise<void> {
  if (transfer.organizationId === organizationId) throw new DomainError('TRANSFER_TARGET_SAME');
  transfer.assertOpen(now);
  if (transfer.kind === 'email' && transfer.emailKey !== receiver.emailKey)
    throw new DomainError('TRANSFER_ADDRESS_OTHER');
  if (transfer.kind === 'organization' && transfer.targetOrganizationId !== organizationId)
    throw new DomainError('TRANSFER_TARGET_OTHER');
  // The offer is worth what the right behind it is worth, as an invitation's is (C-ROL-08).
  if (!(await managesProducts(access, transfer.organizationId, transfer.offeredBy)))
    throw new DomainError('OFFERER_NOT_ALLOWED');
}

/** It was refused after all: it is on offer as before. */
export async function release(em: EntityManager, key: TransferKey): Promise<void> {
  const transfer = await lockTransfer(em, key);
  if (transfer?.status === 'accepting') transfer.release();
}
