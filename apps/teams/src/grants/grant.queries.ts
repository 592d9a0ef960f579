import { AccessCache } from '@cordee/access/access-cache';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import { listGrants, previewGrant } from '@cordee/contracts/teams/grant';
import { getGrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import { HandlesFromCache, Handles, type ReadContext, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { callerMemberId } from '../teams/visible-teams.ts';
import { Catalogue } from './catalogue.ts';
import { assertGrants } from './validate-grants.ts';
import { previewGrant as buildPreview } from './preview-grant.ts';
import { selectSnapshot } from './select-snapshot.ts';
import { readGrantPage } from './read-grant-page.ts';

@Controller()
export class GrantQueries {
  constructor(
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
  ) {}

  @Handles(listGrants)
  async listGrants(
    input: Input<typeof listGrants>,
    { em, now, accountId, scopes }: QueryContext,
  ): Promise<Output<typeof listGrants>> {
    const { people, products } = await this.access.forOrganization(input.organizationId, ['people', 'products']);
    const canManageTeams = people.mayRead(accountId, 'team:manage', now, scopes);
    const includeEnded = input.includeEnded === 'true';
    if (includeEnded && !canManageTeams) throw new DomainError('PERMISSION_DENIED');
    return readGrantPage(
      em,
      now,
      { people, products },
      { ...input, includeEnded, memberId: canManageTeams ? undefined : callerMemberId(people, accountId) },
    );
  }

  @HandlesFromCache(previewGrant)
  async previewGrant(
    { organizationId, ...request }: Input<typeof previewGrant>,
    { now }: ReadContext,
  ): Promise<Output<typeof previewGrant>> {
    const access = await this.access.forOrganization(organizationId);
    const { holder } = request;
    await assertGrants({ access, catalogue: this.catalogue }, [{ ...request, endsAt: null, pointer: '' }], now);
    if (holder?.kind === 'team' && !access.grants.teams.find(holder.teamId))
      throw inputError('TEAM_NOT_FOUND', '/holder/teamId', 'is not a team of this organization');
    return buildPreview(access, request, now);
  }

  @Handles(getGrantSnapshot)
  async getGrantSnapshot(
    input: Input<typeof getGrantSnapshot>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof getGrantSnapshot>> {
    return selectSnapshot(em, now, input);
  }
}
