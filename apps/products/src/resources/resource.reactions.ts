import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { memberRemoved } from '@cordee/contracts/identity/member';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { LockMode } from '@mikro-orm/postgresql';
import { Controller } from '@nestjs/common';
import { isOwnedBy } from '../products/product-ownership.ts';
import { endOwnerships } from './resource-ownership.ts';
import { Resource } from './resource.entity.ts';

@Controller()
export class ResourceReactions {
  /** What was a person's is nobody's once they are gone. What is theirs since they are back stays. */
  @Consumes(memberRemoved)
  async clearOwner(
    { data }: CloudEvent<EventData<typeof memberRemoved>>,
    { em, now, publish }: ReactionContext,
  ): Promise<void> {
    const { organizationId, memberId } = data;
    const owned = await em.find(
      Resource,
      { organizationId, ownerMemberId: memberId },
      { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    const present = new Set<string>();
    for (const productId of new Set(owned.map((resource) => resource.productId)))
      if (await isOwnedBy(em, organizationId, productId)) present.add(productId);
    // What left with its product stays as it was.
    const cleared = owned.filter(({ productId }) => present.has(productId));
    await endOwnerships(em, organizationId, cleared, now);
    for (const resource of cleared) await publish(resource.clearOwner());
  }
}
