import { AccessCache } from '@cordee/access/access-cache';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import * as contract from '@cordee/contracts/teams/grant';
import { atCurrentTime, Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { lockHolderTeams } from '../teams/lock-and-save-teams.ts';
import { Catalogue } from './catalogue.ts';
import { assertGrants } from './validate-grants.ts';
import { endGrants } from './end-grants.ts';
import { giveGrants } from './give-grants.ts';
import { giveManyGrants } from './give-many-grants.ts';
import { Grant } from './grant.entity.ts';
import { resolveHolderAndObject } from './current-periods.ts';

@Controller()
export class GrantCommands {
  constructor(
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
  ) {}

  @Handles(contract.giveGrant)
  async giveGrant(
    { organizationId, ...request }: Input<typeof contract.giveGrant>,
    context: CommandContext,
  ): Promise<Output<typeof contract.giveGrant>> {
    const { em, now, accountId } = context;
    const { holder } = request;
    const sources = await this.loadValidationSources(organizationId);
    await assertGrants(sources, [{ ...request, pointer: '' }], now);
    const resolvedRequest = resolveHolderAndObject(sources.access, request);
    if (holder.kind === 'team' && (await lockHolderTeams(em, organizationId, [holder.teamId])).size === 0)
      throw inputError('TEAM_NOT_FOUND', '/holder/teamId', 'is not a team of this organization');
    const [outcome] = await giveGrants(atCurrentTime(context), organizationId, accountId, [resolvedRequest]);
    return outcome!.grant.view();
  }

  @Handles(contract.giveGrants)
  async giveGrants(
    input: Input<typeof contract.giveGrants>,
    context: CommandContext,
  ): Promise<Output<typeof contract.giveGrants>> {
    return { results: await giveManyGrants(context, input, await this.loadValidationSources(input.organizationId)) };
  }

  @Handles(contract.endGrant)
  async endGrant(
    { organizationId, grantId }: Input<typeof contract.endGrant>,
    context: CommandContext,
  ): Promise<Output<typeof contract.endGrant>> {
    if (!(await context.em.findOne(Grant, { organizationId, id: grantId }))) throw new DomainError('GRANT_NOT_FOUND');
    await endGrants(context, { organizationId, id: grantId }, context.accountId);
    return {};
  }

  private async loadValidationSources(organizationId: `org_${string}`) {
    return {
      access: await this.access.forOrganization(organizationId, ['people', 'products']),
      catalogue: this.catalogue,
    };
  }
}
