import { AccessCache } from '@cordee/access/access-cache';
import { isNeverForExternals } from '@cordee/access/rights';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { resourceAdded } from '@cordee/contracts/products/product';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { Catalogue } from '../grants/catalogue.ts';
import { giveGrants } from '../grants/give-grants.ts';
import { resolveObject } from '../grants/current-ownership.ts';
import { DefaultRights } from './default-rights.entity.ts';
import { findKind } from './product-kind.ts';
import { viewDefaultRights } from './view-default-rights.ts';

@Controller()
export class DefaultRightsReactions {
  constructor(
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
  ) {}

  /** The owner of a new resource gets the default rights as ordinary grants. */
  @Consumes(resourceAdded)
  async giveDefaultRights(event: CloudEvent<EventData<typeof resourceAdded>>, context: ReactionContext): Promise<void> {
    const { organizationId, productId, resourceId, kind, ownerAccountId } = event.data;
    if (!ownerAccountId) return;
    const { people, products } = await this.access.forOrganization(organizationId, ['people', 'products']);
    const owner = people.find(ownerAccountId);
    // The event is handled once, so the catalogue must be current: a cached one may not have a new kind or right.
    const resourceKind = await findKind(
      { products, catalogue: this.catalogue, maxAgeMs: 0 },
      productId,
      kind,
      context.now,
    );
    // The event may be old: the owner or resource is gone, or the resource has another owner or none.
    const resource = products.resource(resourceId);
    if (!owner || !resourceKind || resource?.productId !== productId || resource.ownerMemberId !== owner.memberId)
      return;
    const object = resolveObject({ products }, { kind: 'resource' as const, productId, resourceId });
    const own = await context.em.findOne(DefaultRights, {
      organizationId,
      productId,
      ownershipNumber: object.ownershipNumber,
      resourceKind: kind,
    });
    const { rights } = viewDefaultRights(productId, resourceKind, own);
    const given = rights.filter((right) => owner.role !== 'external' || !isNeverForExternals(right));
    const holder = { kind: 'account' as const, accountId: ownerAccountId, memberId: owner.memberId };
    await giveGrants(
      context,
      organizationId,
      event.actorid,
      given.map((right) => ({ holder, object, right, endsAt: null, reason: 'default rights' })),
    );
  }
}
