import { AccessCache } from '@cordee/access/access-cache';
import type { Input, Output } from '@cordee/contracts/contract';
import { getDefaultRights } from '@cordee/contracts/teams/default-rights';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { Catalogue } from '../grants/catalogue.ts';
import { DefaultRights } from './default-rights.entity.ts';
import { ownershipNumberOf, getResourceKind } from './resource-kind.ts';
import { viewDefaultRights } from './view-default-rights.ts';

@Controller()
export class DefaultRightsQueries {
  constructor(
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
  ) {}

  @Handles(getDefaultRights)
  async getDefaultRights(
    { organizationId, productId, kind }: Input<typeof getDefaultRights>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof getDefaultRights>> {
    const { products } = await this.access.forOrganization(organizationId, ['products']);
    const resourceKind = await getResourceKind({ products, catalogue: this.catalogue }, productId, kind, now);
    return viewDefaultRights(
      productId,
      resourceKind,
      await em.findOne(DefaultRights, {
        organizationId,
        productId,
        ownershipNumber: ownershipNumberOf(products, productId),
        resourceKind: kind,
      }),
    );
  }
}
