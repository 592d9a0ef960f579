import { AccessCopy } from '@cordee/access/access-copy';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { productReceived, productTransferredAway } from '@cordee/contracts/products/transfer';
import { Consumes, type ReactionContext } from '@cordee/service/handles';
import { Controller, Inject } from '@nestjs/common';
import { endRestrictions } from '../restrictions/end-restrictions.ts';
import { endGrants } from './end-grants.ts';
import { giveGrants } from './give-grants.ts';

@Controller()
export class ProductReactions {
  constructor(@Inject(AccessCopy) private readonly access: AccessCopy) {}

  /**
   * Nothing that was given or restricted on a product outlives its time in the organization, for whomever it was (PROD-5). The news may be late: where
   * the product is here again, what was given since it left belongs to its new time here.
   */
  @Consumes(productTransferredAway)
  async endGivenOn({ data, time, actorid }: CloudEvent<EventData<typeof productTransferredAway>>, context: ReactionContext): Promise<void> {
    const { organizationId, productId } = data;
    const { products } = await this.access.of(organizationId, ['products']);
    const before = products.product(productId) && new Date(Date.parse(time) + 1);
    await endRestrictions(context, organizationId, { productId, ...(before ? { startedBefore: before } : {}) }, actorid);
    await endGrants(context, { organizationId, productId, ...(before ? { givenAt: { $lt: before } } : {}) }, actorid);
  }

  /** Who used the product goes on using it, without managing it, for as long as they could. */
  @Consumes(productReceived)
  async giveToKept({ data, time, actorid }: CloudEvent<EventData<typeof productReceived>>, context: ReactionContext): Promise<void> {
    const { organizationId, productId, kept, keptRight } = data;
    if (!keptRight) return;
    // Never before the fact itself, whatever the clocks say: what was given before a person came ends when they are heard of.
    const now = new Date(Math.max(context.now.getTime(), Date.parse(time)));
    const requests = kept
      .filter(({ endsAt }) => endsAt === null || Date.parse(endsAt) > now.getTime())
      .map(({ accountId, endsAt }) => ({ holder: { kind: 'account' as const, accountId }, object: { kind: 'product' as const, productId }, right: keptRight, endsAt, reason: 'kept at a transfer' }));
    await giveGrants({ ...context, now }, organizationId, actorid, requests);
  }
}
