import { AccessCache } from '@cordee/access/access-cache';
import type { Input, Output } from '@cordee/contracts/contract';
import { assertVersion } from '@cordee/contracts/if-match';
import { inputError } from '@cordee/contracts/input-error';
import { setDefaultRights } from '@cordee/contracts/teams/default-rights';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { LockMode } from '@mikro-orm/postgresql';
import { Controller, Inject } from '@nestjs/common';
import { Catalogue } from '../grants/catalogue.ts';
import { DefaultRights } from './default-rights.entity.ts';
import { ownershipNumberOf, getResourceKind } from './resource-kind.ts';
import { viewDefaultRights } from './view-default-rights.ts';

@Controller()
export class DefaultRightsCommands {
  constructor(
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
  ) {}

  @Handles(setDefaultRights)
  async setDefaultRights(
    input: Input<typeof setDefaultRights>,
    { em, now, publish }: CommandContext,
  ): Promise<Output<typeof setDefaultRights>> {
    const { organizationId, productId, kind, ifMatch } = input;
    const { products } = await this.access.forOrganization(organizationId, ['products']);
    const resourceKind = await getResourceKind({ products, catalogue: this.catalogue }, productId, kind, now);
    const rights = input.rights && [...new Set(input.rights)].sort();
    const pointersToUnknownRights = (input.rights ?? []).flatMap((right, index) =>
      resourceKind.rights.includes(right) ? [] : [`/rights/${index}`],
    );
    if (pointersToUnknownRights.length > 0)
      throw inputError('RIGHT_UNKNOWN', pointersToUnknownRights, `is not a right on resources of the kind ${kind}`);

    const key = {
      organizationId,
      productId,
      ownershipNumber: ownershipNumberOf(products, productId),
      resourceKind: kind,
    };
    const stored = await em.findOne(DefaultRights, key, { lockMode: LockMode.PESSIMISTIC_WRITE });
    assertVersion(ifMatch, stored?.version ?? 0);
    if (JSON.stringify(stored?.accessRights ?? null) === JSON.stringify(rights))
      return viewDefaultRights(productId, resourceKind, stored);
    const defaultRights = stored ?? em.create(DefaultRights, { ...key, accessRights: null });
    await publish(defaultRights.set(rights));
    return viewDefaultRights(productId, resourceKind, defaultRights);
  }
}
