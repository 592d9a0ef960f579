import type { acceptTransfer } from '@cordee/contracts/products/transfer-offer';
import type { Input, Output } from '@cordee/contracts/contract';
import { advisoryLock } from '@cordee/service/database/advisory-lock';
import type { CommandContext } from '@cordee/service/handler-decorators';
import type { BackgroundTransactions } from '@cordee/service/background-transactions';
import { retainedUsers } from './retained-access.ts';
import { acrossOrganizations } from './across-organizations.ts';
import { fetchRenewal } from './fetch-renewal.ts';
import { nextChargeOf } from './next-charge.ts';
import { fetchRecipient, findByLink, readLink } from './find-transfer.ts';
import { isRejection, detachRenewalAndListUsers, type FinishDependencies } from './finish-transfer.ts';
import { findOwnedProduct } from './find-owned-product.ts';
import { moveProduct } from './move-product.ts';
import { lockKeyOf, reopen, reserve, type Acceptance, type ReservedTransfer } from './reserve-transfer.ts';
import type { TransferLink } from './transfer-token.ts';

export interface AcceptDependencies extends FinishDependencies {
  background: BackgroundTransactions;
  /** Today in the time zone of the seller, to select the valid price. */
  today: string;
}

/**
 * Accepts a transfer for an organization (PROD-5). Before the call to renewals, a separate transaction reserves the
 * transfer: from then on, it cannot be cancelled. After a crash, a repeated call or the sweep finishes the reserved
 * transfer. Only a rejection by renewals reopens the offer.
 */
export async function accept(
  context: CommandContext,
  { organizationId, token, ...quotedTerms }: Input<typeof acceptTransfer>,
  dependencies: AcceptDependencies,
): Promise<Output<typeof acceptTransfer>> {
  const { em, now, call, accountId } = context;
  const { background, rpc, access } = dependencies;
  const link = readLink(token);
  const recipient = await fetchRecipient(rpc, call, accountId);
  await advisoryLock(em, lockKeyOf(link.transferId));
  const currentTerms = await acrossOrganizations(em, () => loadCurrentTerms(context, dependencies, link));
  const reservedTransfer: ReservedTransfer = await background.asSystem((system) =>
    reserve(system.em, now, access, { link, recipient, organizationId, ...currentTerms, quotedTerms }),
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
      if (isRejection(error)) await background.asSystem((system) => reopen(system.em, reservedTransfer.key));
      throw error;
    }
  }
  return { transferId: link.transferId, organizationId, productId: reservedTransfer.productId };
}

/**
 * Loads the current retained users and the next charge. The caller must not have locked the row of the transfer
 * yet: other transactions would wait for the answers of other services. The advisory lock of the transfer is allowed.
 */
async function loadCurrentTerms(
  { em, now, call }: CommandContext,
  { rpc, access, today }: AcceptDependencies,
  link: TransferLink,
): Promise<Pick<Acceptance, 'retainedAccountIds' | 'nextCharge'>> {
  const { organizationId } = link;
  const transfer = await findByLink(em, link);
  const product =
    transfer.status === 'offered' ? await findOwnedProduct(em, organizationId, transfer.productId) : undefined;
  if (!product) return { retainedAccountIds: [], nextCharge: undefined };
  const [organizationAccess, renewal] = await Promise.all([
    access.forOrganization(organizationId),
    fetchRenewal(rpc, call, organizationId, transfer.productId),
  ]);
  return {
    retainedAccountIds: retainedUsers(organizationAccess, product, now).map(({ accountId }) => accountId),
    nextCharge: renewal && (await nextChargeOf(em, product.type, renewal.terms, today)),
  };
}
