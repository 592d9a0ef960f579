import type { acceptTransfer } from '@cordee/contracts/products/transfer';
import type { Input, Output } from '@cordee/contracts/contract';
import { takeTurn } from '@cordee/outbox/take-turn';
import type { CommandContext } from '@cordee/service/handles';
import type { Work } from '@cordee/service/work';
import { keptPeople } from './access-at-transfer.ts';
import { acrossOrganizations } from './across-organizations.ts';
import { askForRenewal } from './ask-for-renewal.ts';
import { dueOfRenewal } from './due-of-renewal.ts';
import { findLinked, readLink, receiverOf } from './find-transfer.ts';
import { isRefusal, prepareMove, type FinishParts } from './finish-transfer.ts';
import { findLeaving } from './leaving-product.ts';
import { moveProduct } from './move-product.ts';
import { release, reserve, turnOf, type Acceptance, type Accepted } from './reserve-transfer.ts';
import type { TransferLink } from './transfer-token.ts';

export interface AcceptParts extends FinishParts {
  work: Work;
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
  parts: AcceptParts,
): Promise<Output<typeof acceptTransfer>> {
  const { em, now, call, accountId } = context;
  const { work, rpc, access } = parts;
  const link = readLink(token);
  const receiver = await receiverOf(rpc, call, accountId);
  await takeTurn(em, turnOf(link.transferId));
  const present = await acrossOrganizations(em, () => look(context, parts, link));
  const accepted: Accepted = await work.asSweep((sweep) =>
    reserve(sweep.em, now, access, { link, receiver, organizationId, ...present, shown }),
  );
  if (!accepted.isDone) {
    try {
      await acrossOrganizations(em, async () =>
        moveProduct(context, accepted, await prepareMove(em, now, accepted, parts, { for: call })),
      );
    } catch (error) {
      if (isRefusal(error)) await work.asSweep((sweep) => release(sweep.em, accepted.key));
      throw error;
    }
  }
  return { transferId: link.transferId, organizationId, productId: accepted.productId };
}

/** Who would come with the product now, and what is due for it. Looked up before the transfer is locked: whoever else needs it does not wait for others to answer. */
async function look(
  { em, now, call }: CommandContext,
  { rpc, access, today }: AcceptParts,
  link: TransferLink,
): Promise<Pick<Acceptance, 'coming' | 'due'>> {
  const { organizationId } = link;
  const transfer = await findLinked(em, link);
  const leaving = transfer.status === 'offered' ? await findLeaving(em, organizationId, transfer.productId) : undefined;
  if (!leaving) return { coming: [], due: undefined };
  const [facts, renewal] = await Promise.all([
    access.of(organizationId),
    askForRenewal(rpc, call, organizationId, transfer.productId),
  ]);
  return {
    coming: keptPeople(facts, leaving, now).map(({ accountId }) => accountId),
    due: renewal && (await dueOfRenewal(em, leaving.type, renewal.terms, today)),
  };
}
