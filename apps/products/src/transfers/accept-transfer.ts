import type { AccessCopy } from '@cordee/access/access-copy';
import type { acceptTransfer } from '@cordee/contracts/products/transfer';
import type { Input, Output } from '@cordee/contracts/contract';
import { takeTurn } from '@cordee/outbox/take-turn';
import type { CommandContext } from '@cordee/service/handles';
import type { Work } from '@cordee/service/work';
import type { EntityManager } from '@mikro-orm/postgresql';
import { keptPeople } from './access-at-transfer.ts';
import { acrossOrganizations } from './across-organizations.ts';
import { findLinked, readLink, receiverOf } from './find-transfer.ts';
import { isRefusal, prepareMove, type FinishParts } from './finish-transfer.ts';
import { findLeaving } from './leaving-product.ts';
import { moveProduct } from './move-product.ts';
import { release, reserve, turnOf, type Accepted } from './reserve-transfer.ts';
import type { TransferLink } from './transfer-token.ts';

/**
 * Accepts a transfer for an organization (PROD-5). It is reserved in a transaction of its own, so that from the moment renewals is asked nobody
 * can take it back; a crash after that leaves it accepted and unfinished, and a repeat or the sweep finishes it. Only a refusal of renewals puts
 * it back on offer.
 */
export async function accept(context: CommandContext, { organizationId, token, keptPeopleCount: shown }: Input<typeof acceptTransfer>, parts: FinishParts & { work: Work }): Promise<Output<typeof acceptTransfer>> {
  const { em, now, call, accountId } = context;
  const { work, rpc, access } = parts;
  const link = readLink(token);
  const receiver = await receiverOf(rpc, call, accountId);
  await takeTurn(em, turnOf(link.transferId));
  const coming = await acrossOrganizations(em, () => comingAlong(em, now, access, link));
  const accepted: Accepted = await work.asSweep((sweep) => reserve(sweep.em, now, access, { link, receiver, organizationId, coming, shown }));
  if (!accepted.isDone) {
    try {
      await acrossOrganizations(em, async () => moveProduct(context, accepted, await prepareMove(em, now, accepted, parts, { for: call })));
    } catch (error) {
      if (isRefusal(error)) await work.asSweep((sweep) => release(sweep.em, accepted.key));
      throw error;
    }
  }
  return { transferId: link.transferId, organizationId, productId: accepted.productId };
}

/** Who would come with the product now. Looked up before the transfer is locked: whoever else needs it does not wait for the access facts. */
async function comingAlong(em: EntityManager, now: Date, access: AccessCopy, link: TransferLink): Promise<`acc_${string}`[]> {
  const transfer = await findLinked(em, link);
  const leaving = transfer.status === 'offered' ? await findLeaving(em, link.organizationId, transfer.productId) : undefined;
  return leaving ? keptPeople(await access.of(link.organizationId), leaving, now).map(({ accountId }) => accountId) : [];
}
