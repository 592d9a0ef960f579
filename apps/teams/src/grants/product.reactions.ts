import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { productReceived, productTransferredAway } from '@cordee/contracts/products/transfer';
import { Consumes, type ReactionContext } from '@cordee/service/handles';
import { Controller } from '@nestjs/common';
import { endRestrictions } from '../restrictions/end-restrictions.ts';
import { endGrants } from './end-grants.ts';
import { giveGrants } from './give-grants.ts';

@Controller()
export class ProductReactions {
  /** Nothing that was given or restricted on a product outlives its time in the organization, for whomever it was (PROD-5). */
  @Consumes(productTransferredAway)
  async endGivenOn({ data, actorid }: CloudEvent<EventData<typeof productTransferredAway>>, context: ReactionContext): Promise<void> {
    const { organizationId, productId } = data;
    await endRestrictions(context, organizationId, { productId }, actorid);
    await endGrants(context, { organizationId, productId }, actorid);
  }

  /** Who used the product goes on using it, without managing it. */
  @Consumes(productReceived)
  async giveToKept({ data, time, actorid }: CloudEvent<EventData<typeof productReceived>>, context: ReactionContext): Promise<void> {
    const { organizationId, productId, keptAccountIds, keptRight } = data;
    if (!keptRight) return;
    // Never before the fact itself, whatever the clocks say: what was given before a person came ends when they are heard of.
    const now = new Date(Math.max(context.now.getTime(), Date.parse(time)));
    const requests = keptAccountIds.map((accountId) => ({ holder: { kind: 'account' as const, accountId }, object: { kind: 'product' as const, productId }, right: keptRight, endsAt: null, reason: 'kept at a transfer' }));
    await giveGrants({ ...context, now }, organizationId, actorid, requests);
  }
}
