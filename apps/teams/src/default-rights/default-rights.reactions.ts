import { AccessCache } from '@cordee/access/access-cache';
import { isNeverForExternals } from '@cordee/access/special-rights';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { resourceAdded } from '@cordee/contracts/products/product';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { Catalogue } from '../grants/catalogue.ts';
import { giveGrants } from '../grants/give-grants.ts';
import { resolveObject } from '../grants/current-periods.ts';
import { DefaultRights } from './default-rights.entity.ts';
import { findResourceKindOfProduct } from './resource-kind.ts';
import { viewDefaultRights } from './view-default-rights.ts';

@Controller()
export class DefaultRightsReactions {
  constructor(
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
  ) {}

  /** Gives the default rights to the owner of a new resource, as ordinary grants. */
  @Consumes(resourceAdded)
  async giveDefaultRights(event: CloudEvent<EventData<typeof resourceAdded>>, context: ReactionContext): Promise<void> {
    const { organizationId, productId, resourceId, kind, ownerAccountId } = event.data;
    if (!ownerAccountId) return;
    const { people, products } = await this.access.forOrganization(organizationId, ['people', 'products']);
    const owner = people.find(ownerAccountId);
    // Reloads the catalogue, because the event is handled only once and the cache may lack a new kind or right.
    const resourceKind = await findResourceKindOfProduct(
      { products, catalogue: this.catalogue, maxAgeMs: 0 },
      productId,
      kind,
      context.now,
    );
    // A late event has no effect if the owner has left, the resource is deleted, or the resource has another owner.
    const resource = products.resource(resourceId);
    if (!owner || !resourceKind || resource?.productId !== productId || resource.ownerMemberId !== owner.memberId)
      return;
    const object = resolveObject({ products }, { kind: 'resource' as const, productId, resourceId });
    const stored = await context.em.findOne(DefaultRights, {
      organizationId,
      productId,
      ownershipNumber: object.ownershipNumber,
      resourceKind: kind,
    });
    const { rights } = viewDefaultRights(productId, resourceKind, stored);
    const rightsToGrant = rights.filter((right) => owner.role !== 'external' || !isNeverForExternals(right));
    const holder = { kind: 'account' as const, accountId: ownerAccountId, memberId: owner.memberId };
    await giveGrants(
      context,
      organizationId,
      event.actorid,
      rightsToGrant.map((right) => ({ holder, object, right, endsAt: null, reason: 'default rights' })),
    );
  }
}
