import type { acceptTransfer } from '@cordee/contracts/products/transfer';
import type { Input, Output } from '@cordee/contracts/contract';
import type { CommandContext } from '@cordee/service/handles';
import type { Work } from '@cordee/service/work';
import { acrossOrganizations } from './across-organizations.ts';
import { readLink, receiverOf } from './find-transfer.ts';
import { isRefusal, prepareMove, type FinishParts } from './finish-transfer.ts';
import { moveProduct } from './move-product.ts';
import { release, reserve, takeTurn, type Accepted } from './reserve-transfer.ts';

/**
 * Accepts a transfer for an organization (PROD-5). It is reserved in a transaction of its own, so that from the moment renewals is asked nobody
 * can take it back; a crash after that leaves it accepted and unfinished, and a repeat or the sweep finishes it. Only a refusal of renewals puts
 * it back on offer.
 */
export async function accept(context: CommandContext, { organizationId, token }: Input<typeof acceptTransfer>, parts: FinishParts & { work: Work }): Promise<Output<typeof acceptTransfer>> {
  const { em, now, call, accountId } = context;
  const { work, rpc, access } = parts;
  const link = readLink(token);
  const receiver = await receiverOf(rpc, call, accountId);
  await takeTurn(em, link.transferId, { isPatient: true });
  const accepted: Accepted = await work.asSweep((sweep) => reserve(sweep.em, now, access, link, receiver, organizationId));
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
