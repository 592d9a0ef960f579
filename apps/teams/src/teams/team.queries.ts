import { AccessCache } from '@cordee/access/access-cache';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { Input, Output } from '@cordee/contracts/contract';
import { getTeam, listTeams } from '@cordee/contracts/teams/team';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { readGrantPage } from '../grants/read-grant-page.ts';
import { excludedExternals } from './excluded-externals.ts';
import { readTeamPage } from './read-team-page.ts';
import { readTeam } from './read-team.ts';
import { viewTeam, type StoredTeam, type TeamView, type ViewedMember } from './view-team.ts';
import { callerMemberId, viewerMemberIdOf, visibleMembers } from './visible-teams.ts';

/** The maximum number of grants in the answer. `nextGrantsCursor` leads to further grants. */
const GRANTS_LIMIT = 200;

@Controller()
export class TeamQueries {
  constructor(@Inject(AccessCache) private readonly access: AccessCache) {}

  @Handles(listTeams)
  async listTeams(
    input: Input<typeof listTeams>,
    { em, now, accountId }: QueryContext,
  ): Promise<Output<typeof listTeams>> {
    const access = await this.access.forOrganization(input.organizationId, ['people', 'grants']);
    const viewerMemberId = viewerMemberIdOf(access.people, accountId, now);
    const { teams, nextCursor } = await readTeamPage(em, now, input, access.people, viewerMemberId);
    return { data: teams.map((row) => viewForCaller(access, row, accountId, now)), nextCursor };
  }

  @Handles(getTeam)
  async getTeam(
    { organizationId, teamId }: Input<typeof getTeam>,
    { em, now, accountId, scopes }: QueryContext,
  ): Promise<Output<typeof getTeam>> {
    const access = await this.access.forOrganization(organizationId);
    const { people, products } = access;
    const viewerMemberId = viewerMemberIdOf(people, accountId, now);
    // A person who does not manage teams gets only the grants that may apply to this person.
    const memberId = people.mayRead(accountId, 'team:manage', now, scopes)
      ? undefined
      : callerMemberId(people, accountId);
    const [teamWithMembers, grants] = await Promise.all([
      readTeam(em, now, people, { organizationId, teamId }, viewerMemberId),
      readGrantPage(em, now, { people, products }, { organizationId, holder: teamId, limit: GRANTS_LIMIT, memberId }),
    ]);
    return {
      ...viewForCaller(access, teamWithMembers, accountId, now),
      members: visibleMembers(people, accountId, teamWithMembers.team, teamWithMembers.members),
      grants: grants.data,
      nextGrantsCursor: grants.nextCursor,
    };
  }
}

/** A team as the caller sees it. Only callers who see all teams see the excluded people of its child teams. */
function viewForCaller(
  access: Pick<OrganizationAccess, 'people' | 'grants'>,
  { team, members }: { team: StoredTeam; members: readonly ViewedMember[] },
  accountId: string,
  now: Date,
): TeamView {
  const visible = visibleMembers(access.people, accountId, team, members);
  const excluded = excludedExternals(access, team, visible, now);
  return viewTeam(
    team,
    visible,
    access.people.seesAllTeams(accountId, now)
      ? excluded
      : excluded.filter((excludedId) => visible.some((member) => member.accountId === excludedId)),
    now,
  );
}
