import { AccessCache } from '@cordee/access/access-cache';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { membersKept } from '@cordee/contracts/identity/member';
import { productTransferredAway } from '@cordee/contracts/products/transfer';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { endRestrictions } from '../restrictions/end-restrictions.ts';
import { endGrants } from './end-grants.ts';
import { extendGrants } from './extend-grants.ts';

@Controller()
export class ProductReactions {
  constructor(@Inject(AccessCache) private readonly access: AccessCache) {}

  /** Nothing that was given or restricted on a product outlives its possession, for whomever it was (PROD-5); what was given since it is back stays. */
  @Consumes(productTransferredAway)
  async endGivenOn(
    { data, actorid }: CloudEvent<EventData<typeof productTransferredAway>>,
    context: ReactionContext,
  ): Promise<void> {
    const { organizationId, productId, ownershipNumber } = data;
    await endRestrictions(context, organizationId, { productId, ownershipNumber }, actorid);
    await endGrants(context, { organizationId, productId, ownershipNumber }, actorid);
  }

  /** Who used a product goes on using it where it came to, without managing it, for as long as they could, whatever was given to them here meanwhile; unless the one or the other has left again. */
  @Consumes(membersKept)
  async giveToKept(
    { data, actorid }: CloudEvent<EventData<typeof membersKept>>,
    context: ReactionContext,
  ): Promise<void> {
    const { organizationId, productId, ownershipNumber, kept, keptRight } = data;
    const { people, products } = await this.access.forOrganization(organizationId, ['people', 'products']);
    if (products.product(productId)?.ownershipNumber !== ownershipNumber) return;
    const object = { kind: 'product' as const, productId, ownershipNumber };
    const requests = kept
      .filter(
        ({ memberId, endsAt }) =>
          people.member(memberId) && (endsAt === null || Date.parse(endsAt) > context.now.getTime()),
      )
      .map(({ accountId, memberId, endsAt }) => ({
        holder: { kind: 'account' as const, accountId, memberId },
        object,
        right: keptRight,
        endsAt,
        reason: 'kept at a transfer',
      }));
    await extendGrants(context, organizationId, actorid, requests);
  }
}
