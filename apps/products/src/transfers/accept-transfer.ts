import type { acceptTransfer } from '@cordee/contracts/products/transfer';
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
import { findTransferable } from './find-transferable.ts';
import { moveProduct } from './move-product.ts';
import { lockKeyOf, reopen, reserve, type Acceptance, type Accepted } from './reserve-transfer.ts';
import type { TransferLink } from './transfer-token.ts';

export interface AcceptDependencies extends FinishDependencies {
  background: BackgroundTransactions;
  /** The date whose prices are valid. */
  today: string;
}

/**
 * Accepts a transfer for an organization (PROD-5). A separate transaction reserves it before the call to renewals, so
 * that nobody can cancel it afterwards. After a crash, a repeat or the sweep finishes the reserved transfer. Only a
 * rejection by renewals reopens the offer.
 */
export async function accept(
  context: CommandContext,
  { organizationId, token, ...quoted }: Input<typeof acceptTransfer>,
  dependencies: AcceptDependencies,
): Promise<Output<typeof acceptTransfer>> {
  const { em, now, call, accountId } = context;
  const { background, rpc, access } = dependencies;
  const link = readLink(token);
  const recipient = await fetchRecipient(rpc, call, accountId);
  await advisoryLock(em, lockKeyOf(link.transferId));
  const current = await acrossOrganizations(em, () => loadCurrentTerms(context, dependencies, link));
  const accepted: Accepted = await background.asSystem((sweep) =>
    reserve(sweep.em, now, access, { link, recipient, organizationId, ...current, quoted }),
  );
  if (!accepted.isDone) {
    try {
      await acrossOrganizations(em, async () =>
        moveProduct(context, accepted, await detachRenewalAndListUsers(em, now, accepted, dependencies, { for: call })),
      );
    } catch (error) {
      if (isRejection(error)) await background.asSystem((sweep) => reopen(sweep.em, accepted.key));
      throw error;
    }
  }
  return { transferId: link.transferId, organizationId, productId: accepted.productId };
}

/**
 * The current retained users and next charge. Called before the transfer is locked, so that other transactions do not
 * wait for the answers of other services.
 */
async function loadCurrentTerms(
  { em, now, call }: CommandContext,
  { rpc, access, today }: AcceptDependencies,
  link: TransferLink,
): Promise<Pick<Acceptance, 'retainedAccountIds' | 'due'>> {
  const { organizationId } = link;
  const transfer = await findByLink(em, link);
  const product =
    transfer.status === 'offered' ? await findTransferable(em, organizationId, transfer.productId) : undefined;
  if (!product) return { retainedAccountIds: [], due: undefined };
  const [snapshots, renewal] = await Promise.all([
    access.forOrganization(organizationId),
    fetchRenewal(rpc, call, organizationId, transfer.productId),
  ]);
  return {
    retainedAccountIds: retainedUsers(snapshots, product, now).map(({ accountId }) => accountId),
    due: renewal && (await nextChargeOf(em, product.type, renewal.terms, today)),
  };
}
