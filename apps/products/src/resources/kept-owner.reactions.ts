import { AccessCache } from '@cordee/access/access-cache';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { membersKept } from '@cordee/contracts/identity/member';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { LockMode } from '@mikro-orm/postgresql';
import { Controller, Inject } from '@nestjs/common';
import { currentOwnership } from '../products/product-ownership.ts';
import { Product } from '../products/product.entity.ts';
import { giveToKeptOwners } from './resource-ownership.ts';

@Controller()
export class KeptOwnerReactions {
  constructor(@Inject(AccessCache) private readonly access: AccessCache) {}

  /** What was their own stays so for those who come along with a product, once they are members where it came to (PROD-5); unless the one or the other has left again. */
  @Consumes(membersKept)
  async giveBack(
    { data }: CloudEvent<EventData<typeof membersKept>>,
    { em, now, publish }: ReactionContext,
  ): Promise<void> {
    const { organizationId, productId, ownershipNumber, kept } = data;
    const people = await this.access.people(organizationId);
    // It does not move on while its things change hands.
    await em.findOne(Product, { organizationId, id: productId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if ((await currentOwnership(em, organizationId, productId)) !== ownershipNumber) return;
    const given = await giveToKeptOwners(
      em,
      organizationId,
      productId,
      kept.filter(({ memberId }) => people.member(memberId)),
      now,
    );
    for (const resource of given) await publish(resource.ownerKept());
  }
}
