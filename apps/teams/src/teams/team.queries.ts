import { AccessCache } from '@cordee/access/access-cache';
import type { Input, Output } from '@cordee/contracts/contract';
import { getTeam, listTeams } from '@cordee/contracts/teams/team';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { readGrantPage } from '../grants/read-grant-page.ts';
import { readTeamPage } from './read-team-page.ts';
import { readTeam } from './read-team.ts';
import { viewTeam } from './view-team.ts';
import { callerMemberId, viewerOf, visibleMembers } from './visible-teams.ts';

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
    return {
      data: teams.map(({ team, members }) => viewTeam(team, visibleMembers(people, accountId, team, members), now)),
      nextCursor,
    };
  }

  @Handles(getTeam)
  async getTeam(
    { organizationId, teamId }: Input<typeof getTeam>,
    { em, now, accountId, scopes }: QueryContext,
  ): Promise<Output<typeof getTeam>> {
    const { people, products } = await this.access.forOrganization(organizationId, ['people', 'products']);
    const viewer = viewerOf(people, accountId, now);
    // A person who does not manage teams gets only the grants that may apply to this person.
    const memberId = people.mayRead(accountId, 'team:manage', now, scopes)
      ? undefined
      : callerMemberId(people, accountId);
    const [{ team, members: allMembers }, grants] = await Promise.all([
      readTeam(em, now, people, { organizationId, teamId }, viewer),
      readGrantPage(em, now, { people, products }, { organizationId, holder: teamId, limit: GRANTS_LIMIT, memberId }),
    ]);
    const members = visibleMembers(people, accountId, team, allMembers);
    return { ...viewTeam(team, members, now), members, grants: grants.data, nextGrantsCursor: grants.nextCursor };
  }
}
