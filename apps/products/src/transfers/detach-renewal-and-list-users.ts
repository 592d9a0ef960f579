import type { AccessCache } from '@cordee/access/access-cache';
import { detachRenewal } from '@cordee/contracts/renewals/renewal';
import { DomainError, replaceCodes } from '@cordee/contracts/domain-error';
import type { CallOptions, RpcClient } from '@cordee/messaging/rpc-client';
import type { EntityManager } from '@mikro-orm/postgresql';
import { retainedUsers } from './retained-users.ts';
import { findOwnedProduct } from './find-owned-product.ts';
import type { TransferPayload } from './move-product.ts';
import type { ReservedTransfer } from './reserve-transfer.ts';

export interface DetachDependencies {
  rpc: RpcClient;
  access: AccessCache;
}

/** Errors with which the renewals service rejects a transfer. An immediate retry fails too: the offer is reopened. */
const rejectionCodes = ['WARRANTY_DEBT_OPEN', 'RENEWAL_CHARGE_RUNNING', 'PRODUCT_JUST_ARRIVED'];

export const isRejectedByRenewals = (error: unknown): error is DomainError =>
  error instanceof DomainError && rejectionCodes.includes(error.code);

/**
 * Detaches the renewal in the former organization and lists the retained users, before the product moves. Idempotent: a
 * retry after a crash or a lost answer returns the same terms. The database role of `em` must see the rows of both
 * organizations.
 */
export async function detachRenewalAndListUsers(
  em: EntityManager,
  now: Date,
  { key, productId, retainedAccountIds }: ReservedTransfer,
  { rpc, access }: DetachDependencies,
  options: CallOptions,
): Promise<TransferPayload> {
  const { organizationId, transferId } = key;
  // While the renewals service has not received the event of the previous transfer, it does not know the product.
  const { terms } = await rpc
    .call(detachRenewal, { organizationId, productId, transferId }, options)
    .catch(replaceCodes({ RENEWAL_NOT_FOUND: 'PRODUCT_JUST_ARRIVED' }));
  const product = await findOwnedProduct(em, organizationId, productId);
  if (!product) throw new Error(`${organizationId} no longer owns ${productId}, but the transfer is not finished`);
  // Retained users keep the first right of the list.
  const [retainedRight = null] = product.retainedRights;
  // Bypasses the access cache, because a person who is missing in an outdated list would lose the access permanently.
  const retained = retainedRight ? retainedUsers(await access.loadNewest(organizationId), product, now) : [];
  // Without a list of accepted accounts, all users are retained.
  const acceptedIds = retainedAccountIds && new Set(retainedAccountIds);
  return {
    renewal: terms,
    retainedRight,
    retained: acceptedIds ? retained.filter(({ accountId }) => acceptedIds.has(accountId)) : retained,
  };
}
