import { AccessCache } from '@cordee/access/access-cache';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { membersRetained } from '@cordee/contracts/identity/member';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { LockMode } from '@mikro-orm/postgresql';
import { Controller, Inject } from '@nestjs/common';
import { currentOwnershipNumber } from '../products/product-ownership.ts';
import { Product } from '../products/product.entity.ts';
import { assignRetainedOwners } from './resource-ownership.ts';

@Controller()
export class RetainedOwnerReactions {
  constructor(@Inject(AccessCache) private readonly access: AccessCache) {}

  /**
   * Makes retained users the owners of their resources again once they belong to the receiving organization (PROD-5).
   * Skips people who left the organization again. Does nothing when the product was transferred again.
   */
  @Consumes(membersRetained)
  async assignOwners(
    { data }: CloudEvent<EventData<typeof membersRetained>>,
    { em, now, publish }: ReactionContext,
  ): Promise<void> {
    const { organizationId, productId, ownershipNumber, retained } = data;
    const people = await this.access.people(organizationId);
    // The lock prevents the next transfer until the owners are assigned.
    await em.findOne(Product, { organizationId, id: productId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if ((await currentOwnershipNumber(em, organizationId, productId)) !== ownershipNumber) return;
    const resources = await assignRetainedOwners(
      em,
      organizationId,
      productId,
      retained.filter(({ memberId }) => people.member(memberId)),
      now,
    );
    for (const resource of resources) await publish(resource.ownerRetained());
  }
}
