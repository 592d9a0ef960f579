import { AccessCache } from '@cordee/access/access-cache';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { membersRetained } from '@cordee/contracts/identity/member';
import { productTransferredAway } from '@cordee/contracts/products/transfer-events';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { endRestrictions } from '../restrictions/end-restrictions.ts';
import { endGrants } from './end-grants.ts';
import { giveGrants } from './give-grants.ts';

@Controller()
export class ProductReactions {
  constructor(@Inject(AccessCache) private readonly access: AccessCache) {}

  /**
   * Ends the grants and restrictions of a former ownership period (PROD-5). Grants and restrictions of a later
   * ownership period remain.
   */
  @Consumes(productTransferredAway)
  async endGrantsOfFormerOwnership(
    { data, actorid }: CloudEvent<EventData<typeof productTransferredAway>>,
    context: ReactionContext,
  ): Promise<void> {
    const { organizationId, productId, ownershipNumber } = data;
    await endRestrictions(context, organizationId, { productId, ownershipNumber }, actorid);
    await endGrants(context, { organizationId, productId, ownershipNumber }, actorid);
  }

  /**
   * Gives each retained user of a transferred product the retained right, at least until the planned end of the right.
   * Skips users who have left the organization. Does nothing when the product has left the organization.
   */
  @Consumes(membersRetained)
  async grantToRetainedUsers(
    { data, actorid }: CloudEvent<EventData<typeof membersRetained>>,
    context: ReactionContext,
  ): Promise<void> {
    const { organizationId, productId, ownershipNumber, retained, retainedRight } = data;
    const { people, products } = await this.access.forOrganization(organizationId, ['people', 'products']);
    if (products.product(productId)?.ownershipNumber !== ownershipNumber) return;
    const object = { kind: 'product' as const, productId, ownershipNumber };
    const requests = retained
      .filter(
        ({ memberId, endsAt }) =>
          people.member(memberId) && (endsAt === null || Date.parse(endsAt) > context.now.getTime()),
      )
      .map(({ accountId, memberId, endsAt }) => ({
        holder: { kind: 'account' as const, accountId, memberId },
        object,
        right: retainedRight,
        endsAt,
        reason: 'retained at a transfer',
      }));
    await giveGrants(context, organizationId, actorid, requests);
  }
}
