import { AccessCopy } from '@cordee/access/access-copy';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { refusal } from '@cordee/contracts/refusal';
import { listGrants, previewGrant } from '@cordee/contracts/teams/grant';
import { getGrantFacts } from '@cordee/contracts/teams/grant-facts';
import { Answers, Handles, type MemoryContext, type QueryContext } from '@cordee/service/handles';
import { Controller, Inject } from '@nestjs/common';
import { Catalogue } from './catalogue.ts';
import { checkGrants } from './check-grants.ts';
import { previewGrant as preview } from './preview-grant.ts';
import { selectFacts } from './select-facts.ts';
import { readGrantPage } from './read-grant-page.ts';

@Controller()
export class GrantQueries {
  constructor(
    @Inject(AccessCopy) private readonly access: AccessCopy,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
  ) {}

  @Handles(listGrants)
  async listGrants(
    input: Input<typeof listGrants>,
    { em, now, accountId, scopes }: QueryContext,
  ): Promise<Output<typeof listGrants>> {
    const { people, products } = await this.access.of(input.organizationId, ['people', 'products']);
    const isManager = people.maySee(accountId, 'team:manage', now, scopes);
    const includeEnded = input.includeEnded === 'true';
    if (includeEnded && !isManager) throw new DomainError('PERMISSION_DENIED');
    return readGrantPage(
      em,
      now,
      { people, products },
      { ...input, includeEnded, reaching: isManager ? undefined : people.find(accountId)!.memberId },
    );
  }

  @Answers(previewGrant)
  async previewGrant(
    { organizationId, ...wanted }: Input<typeof previewGrant>,
    { now }: MemoryContext,
  ): Promise<Output<typeof previewGrant>> {
    const access = await this.access.of(organizationId);
    const { holder } = wanted;
    await checkGrants({ access, catalogue: this.catalogue }, [{ ...wanted, endsAt: null, pointer: '' }], now);
    if (holder?.kind === 'team' && !access.grants.teams.find(holder.teamId))
      throw refusal('TEAM_NOT_FOUND', '/holder/teamId', 'is no team of this organization');
    return preview(access, wanted, now);
  }

  @Handles(getGrantFacts)
  async getGrantFacts(
    input: Input<typeof getGrantFacts>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof getGrantFacts>> {
    return selectFacts(em, now, input);
  }
}
