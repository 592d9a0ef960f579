import type { AccessCache } from '@cordee/access/access-cache';
import { detachRenewal } from '@cordee/contracts/renewals/renewal';
import { DomainError } from '@cordee/contracts/domain-error';
import type { CallOptions, RpcClient } from '@cordee/messaging/rpc-client';
import type { EntityManager } from '@mikro-orm/postgresql';
import { retainedUsers } from './retained-access.ts';
import { findTransferable } from './find-transferable.ts';
import type { TransferPayload } from './move-product.ts';
import type { Accepted } from './reserve-transfer.ts';

export interface FinishDependencies {
  rpc: RpcClient;
  access: AccessCache;
}

/** What no repeat right now would change, by what renewals answers: the transfer goes back on offer. */
const refusals = ['WARRANTY_DEBT_OPEN', 'RENEWAL_CHARGE_RUNNING', 'PRODUCT_JUST_ARRIVED'];

export const isRefusal = (error: unknown): error is DomainError =>
  error instanceof DomainError && refusals.includes(error.code);

/**
 * Takes what moves with the product out of the organization that loses it, before the product itself moves. Asking again is answered the same:
 * whoever crashed in between, or was not answered, goes on from here. As a role that sees both organizations.
 */
export async function detachRenewalAndListUsers(
  em: EntityManager,
  now: Date,
  { key, productId, keptAccountIds }: Accepted,
  { rpc, access }: FinishDependencies,
  options: CallOptions,
): Promise<TransferPayload> {
  const { organizationId, transferId } = key;
  const { terms } = await rpc
    .call(detachRenewal, { organizationId, productId, transferId }, options)
    .catch(asJustArrived);
  const leaving = await findTransferable(em, organizationId, productId);
  if (!leaving) throw new Error(`${productId} left ${organizationId} without its transfer`);
  const [keptRight = null] = leaving.keptRights;
  // Somebody who is missing here loses the product for good, so the facts are the newest.
  const kept = keptRight ? retainedUsers(await access.fresh(organizationId), leaving, now) : [];
  const accepted = keptAccountIds && new Set(keptAccountIds);
  return { renewal: terms, keptRight, kept: accepted ? kept.filter(({ accountId }) => accepted.has(accountId)) : kept };
}

/** The product is there and its renewal is not: renewals has not heard yet that it has come here. */
const asJustArrived = (error: unknown): never => {
  throw error instanceof DomainError && error.code === 'RENEWAL_NOT_FOUND'
    ? new DomainError('PRODUCT_JUST_ARRIVED')
    : error;
};
