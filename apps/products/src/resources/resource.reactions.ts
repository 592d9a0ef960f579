import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { memberRemoved } from '@cordee/contracts/identity/member';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { LockMode } from '@mikro-orm/postgresql';
import { Controller } from '@nestjs/common';
import { isOwnedBy } from '../products/product-ownership.ts';
import { endResourceOwnerships } from './resource-ownership.ts';
import { Resource } from './resource.entity.ts';

@Controller()
export class ResourceReactions {
  /** Clears the owner of the member's resources. Resources of a newer membership period of the person do not change. */
  @Consumes(memberRemoved)
  async clearOwner(
    { data }: CloudEvent<EventData<typeof memberRemoved>>,
    { em, now, publish }: ReactionContext,
  ): Promise<void> {
    const { organizationId, memberId } = data;
    const ownedResources = await em.find(
      Resource,
      { organizationId, ownerMemberId: memberId },
      { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    const productIdsOfOrganization = new Set<string>();
    for (const productId of new Set(ownedResources.map((resource) => resource.productId)))
      if (await isOwnedBy(em, organizationId, productId)) productIdsOfOrganization.add(productId);
    // Rows of a transferred product are history and do not change.
    const resourcesToClear = ownedResources.filter(({ productId }) => productIdsOfOrganization.has(productId));
    endResourceOwnerships(em, organizationId, resourcesToClear, now);
    for (const resource of resourcesToClear) await publish(resource.clearOwner());
  }
}
