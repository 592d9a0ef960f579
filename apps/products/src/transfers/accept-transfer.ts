import type { acceptTransfer } from '@cordee/contracts/products/transfer';
import type { Input, Output } from '@cordee/contracts/contract';
import { advisoryLock } from '@cordee/service/database/advisory-lock';
import type { CommandContext } from '@cordee/service/handler-decorators';
import type { BackgroundTransactions } from '@cordee/service/background-transactions';
import { retainedUsers } from './retained-access.ts';
import { acrossOrganizations } from './across-organizations.ts';
import { fetchRenewal } from './fetch-renewal.ts';
import { nextChargeOf } from './next-charge.ts';
import { findLinked, readLink, receiverOf } from './find-transfer.ts';
import { isRefusal, detachRenewalAndListUsers, type FinishDependencies } from './finish-transfer.ts';
import { findTransferable } from './find-transferable.ts';
import { moveProduct } from './move-product.ts';
import { release, reserve, lockKeyOf, type Acceptance, type Accepted } from './reserve-transfer.ts';
import type { TransferLink } from './transfer-token.ts';

export interface AcceptDependencies extends FinishDependencies {
  background: BackgroundTransactions;
  /** Which decides what prices are valid. */
  today: string;
}

/**
 * Accepts a transfer for an organization (PROD-5). It is reserved in a transaction of its own, so that from the moment renewals is asked nobody
 * can take it back; a crash after that leaves it accepted and unfinished, and a repeat or the sweep finishes it. Only a refusal of renewals puts
 * it back on offer.
 */
export async function accept(
  context: CommandContext,
  { organizationId, token, ...shown }: Input<typeof acceptTransfer>,
  parts: AcceptDependencies,
): Promise<Output<typeof acceptTransfer>> {
  const { em, now, call, accountId } = context;
  const { background, rpc, access } = parts;
  const link = readLink(token);
  const receiver = await receiverOf(rpc, call, accountId);
  await advisoryLock(em, lockKeyOf(link.transferId));
  const present = await acrossOrganizations(em, () => look(context, parts, link));
  const accepted: Accepted = await background.asSystem((sweep) =>
    reserve(sweep.em, now, access, { link, receiver, organizationId, ...present, shown }),
  );
  if (!accepted.isDone) {
    try {
      await acrossOrganizations(em, async () =>
        moveProduct(context, accepted, await detachRenewalAndListUsers(em, now, accepted, parts, { for: call })),
      );
    } catch (error) {
      if (isRefusal(error)) await background.asSystem((sweep) => release(sweep.em, accepted.key));
      throw error;
    }
  }
  return { transferId: link.transferId, organizationId, productId: accepted.productId };
}

/** Who would come with the product now, and what is due for it. Looked up before the transfer is locked: whoever else needs it does not wait for others to answer. */
async function look(
  { em, now, call }: CommandContext,
  { rpc, access, today }: AcceptDependencies,
  link: TransferLink,
): Promise<Pick<Acceptance, 'coming' | 'due'>> {
  const { organizationId } = link;
  const transfer = await findLinked(em, link);
  const leaving =
    transfer.status === 'offered' ? await findTransferable(em, organizationId, transfer.productId) : undefined;
  if (!leaving) return { coming: [], due: undefined };
  const [facts, renewal] = await Promise.all([
    access.forOrganization(organizationId),
    fetchRenewal(rpc, call, organizationId, transfer.productId),
  ]);
  return {
    coming: retainedUsers(facts, leaving, now).map(({ accountId }) => accountId),
    due: renewal && (await nextChargeOf(em, leaving.type, renewal.terms, today)),
  };
}
