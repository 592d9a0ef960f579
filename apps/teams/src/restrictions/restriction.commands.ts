import { AccessCache } from '@cordee/access/access-cache';
import type { Input, Output } from '@cordee/contracts/contract';
import { inputError } from '@cordee/contracts/input-error';
import * as contract from '@cordee/contracts/teams/restriction';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { Catalogue } from '../grants/catalogue.ts';
import { resolveHolder, resolveObject, findHolder } from '../grants/current-periods.ts';
import { SYSTEM_ACTOR } from '../grants/end-grants.ts';
import { lockHolderTeams } from '../teams/lock-and-save-teams.ts';
import { assertRestriction } from './assert-restriction.ts';
import { endRestrictions } from './end-restrictions.ts';
import { restrictResource } from './restrict-resource.ts';

@Controller()
export class RestrictionCommands {
  constructor(
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
  ) {}

  @Handles(contract.restrictResource)
  async restrictResource(
    input: Input<typeof contract.restrictResource>,
    context: CommandContext,
  ): Promise<Output<typeof contract.restrictResource>> {
    const { organizationId, productId, resourceId, holder } = input;
    const access = await this.access.forOrganization(organizationId, ['people', 'products']);
    await assertRestriction({ access, catalogue: this.catalogue }, input, context.now);
    const target = {
      holder: resolveHolder(access, holder),
      object: resolveObject(access, { kind: 'resource' as const, productId, resourceId }),
    };
    if (holder.kind === 'team' && (await lockHolderTeams(context.em, organizationId, [holder.teamId])).size === 0)
      throw inputError('TEAM_NOT_FOUND', '/holder/teamId', 'is not a team of this organization');
    return restrictResource(context, input, target);
  }

  @Handles(contract.restoreInheritance)
  async restoreInheritance(
    input: Input<typeof contract.restoreInheritance>,
    context: CommandContext,
  ): Promise<Output<typeof contract.restoreInheritance>> {
    const { organizationId, productId, resourceId, holder } = input;
    const access = await this.access.forOrganization(organizationId, ['people', 'products']);
    // Validates only the product and the resource.
    await assertRestriction(
      { access, catalogue: this.catalogue },
      { productId, resourceId, holder: undefined, right: null, endsAt: null },
      context.now,
    );
    const currentHolder = holder && findHolder(access.people, holder);
    // A person outside the organization has no current membership period, so none of their restrictions applies.
    if (holder && !currentHolder) return { lifted: 0 };
    // Ends expired restrictions first, so that `lifted` does not count them.
    await endRestrictions(context, organizationId, { resourceId, expiredAt: context.now }, SYSTEM_ACTOR);
    const { ownershipNumber } = resolveObject(access, { kind: 'resource' as const, productId, resourceId });
    return {
      lifted: await endRestrictions(
        context,
        organizationId,
        { productId, resourceId, ownershipNumber, holder: currentHolder },
        context.accountId,
      ),
    };
  }
}
