import type { acceptTransfer } from '@cordee/contracts/products/transfer-offer';
import type { Input, Output } from '@cordee/contracts/contract';
import { advisoryLock } from '@cordee/service/database/advisory-lock';
import type { CommandContext } from '@cordee/service/handler-decorators';
import type { BackgroundTransactions } from '@cordee/service/background-transactions';
import { retainedUsers } from './retained-users.ts';
import { acrossOrganizations } from './across-organizations.ts';
import { fetchRenewal } from './fetch-renewal.ts';
import { selectNextCharge } from './next-charge.ts';
import { fetchCallingPerson, findByToken, requireTokenContent } from './find-transfer.ts';
import {
  isRejectedByRenewals,
  detachRenewalAndListUsers,
  type DetachDependencies,
} from './detach-renewal-and-list-users.ts';
import { findOwnedProduct } from './find-owned-product.ts';
import { moveProduct } from './move-product.ts';
import { lockKeyOf, reopenOffer, reserveTransfer, type Acceptance, type ReservedTransfer } from './reserve-transfer.ts';
import type { TokenContent } from './transfer-token.ts';

export interface AcceptDependencies extends DetachDependencies {
  background: BackgroundTransactions;
  /** Today in the time zone of the seller, to select the valid price. */
  today: string;
}

/**
 * Accepts a transfer for an organization (PROD-5). Before the call to the renewals service, a separate transaction
 * reserves the transfer, so that the offer cannot be cancelled. After a crash, a repeated call or the sweep finishes
 * the reserved transfer. Only a rejection by the renewals service reopens the offer.
 */
export async function acceptOffer(
  context: CommandContext,
  { organizationId, token, ...quotedTerms }: Input<typeof acceptTransfer>,
  dependencies: AcceptDependencies,
): Promise<Output<typeof acceptTransfer>> {
  const { em, now, call, accountId } = context;
  const { background, rpc, access } = dependencies;
  const tokenContent = requireTokenContent(token);
  const callingPerson = await fetchCallingPerson(rpc, call, accountId);
  await advisoryLock(em, lockKeyOf(tokenContent.transferId));
  const currentTerms = await acrossOrganizations(em, () => loadCurrentTerms(context, dependencies, tokenContent));
  const reservedTransfer: ReservedTransfer = await background.asSystem((system) =>
    reserveTransfer(system.em, now, access, {
      tokenContent,
      callingPerson,
      organizationId,
      ...currentTerms,
      quotedTerms,
    }),
  );
  if (!reservedTransfer.isFinished) {
    try {
      await acrossOrganizations(em, async () =>
        moveProduct(
          context,
          reservedTransfer,
          await detachRenewalAndListUsers(em, now, reservedTransfer, dependencies, { causedBy: call }),
        ),
      );
    } catch (error) {
      if (isRejectedByRenewals(error))
        await background.asSystem((system) => reopenOffer(system.em, reservedTransfer.key));
      throw error;
    }
  }
  return { transferId: tokenContent.transferId, organizationId, productId: reservedTransfer.productId };
}

/**
 * Loads the current retained users and the next charge. The caller must not have locked the row of the transfer
 * yet: other transactions would wait for the answers of other services. The advisory lock of the transfer is allowed.
 */
async function loadCurrentTerms(
  { em, now, call }: CommandContext,
  { rpc, access, today }: AcceptDependencies,
  tokenContent: TokenContent,
): Promise<Pick<Acceptance, 'retainedAccountIds' | 'nextCharge'>> {
  const { organizationId } = tokenContent;
  const transfer = await findByToken(em, tokenContent);
  const product =
    transfer.status === 'offered' ? await findOwnedProduct(em, organizationId, transfer.productId) : undefined;
  if (!product) return { retainedAccountIds: [], nextCharge: undefined };
  const [organizationAccess, renewal] = await Promise.all([
    access.forOrganization(organizationId),
    fetchRenewal(rpc, call, organizationId, transfer.productId),
  ]);
  return {
    retainedAccountIds: retainedUsers(organizationAccess, product, now).map(({ accountId }) => accountId),
    nextCharge: renewal && (await selectNextCharge(em, product.type, renewal.terms, today)),
  };
}
