import { AccessCache } from '@cordee/access/access-cache';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { getTeam, listTeams } from '@cordee/contracts/teams/team';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { readGrantPage } from '../grants/read-grant-page.ts';
import { selectCurrentMembers } from './memberships.ts';
import { readTeamPage } from './read-team-page.ts';
import { callerMemberId, viewerOf, isTeamVisible } from './visible-teams.ts';
import { Team } from './team.entity.ts';

const GRANTS_LIMIT = 200;

@Controller()
export class TeamQueries {
  constructor(@Inject(AccessCache) private readonly access: AccessCache) {}

  @Handles(listTeams)
  async listTeams(
    input: Input<typeof listTeams>,
    { em, now, accountId }: QueryContext,
  ): Promise<Output<typeof listTeams>> {
    const people = await this.access.people(input.organizationId);
    const { teams, nextCursor } = await readTeamPage(em, now, input, people, viewerOf(people, accountId, now));
    return { data: teams.map(({ team, members }) => team.view(members, now)), nextCursor };
  }

  @Handles(getTeam)
  async getTeam(
    { organizationId, teamId }: Input<typeof getTeam>,
    { em, now, accountId, scopes }: QueryContext,
  ): Promise<Output<typeof getTeam>> {
    const { people, products } = await this.access.forOrganization(organizationId, ['people', 'products']);
    const team = await em.findOne(Team, { organizationId, id: teamId, deletedAt: null });
    if (!team || !(await isTeamVisible(em, now, viewerOf(people, accountId, now), { organizationId, teamId })))
      throw new DomainError('TEAM_NOT_FOUND');
    const members = await selectCurrentMembers(em, now, people, organizationId, teamId);
    // A person who does not manage teams gets only the grants that may apply to this person.
    const memberId = people.mayRead(accountId, 'team:manage', now, scopes)
      ? undefined
      : callerMemberId(people, accountId);
    const grants = await readGrantPage(
      em,
      now,
      { people, products },
      { organizationId, holder: teamId, limit: GRANTS_LIMIT, memberId },
    );
    return { ...team.view(members, now), members, grants: grants.data, nextGrantsCursor: grants.nextCursor };
  }
}
