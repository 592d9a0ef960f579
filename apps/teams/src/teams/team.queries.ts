import { AccessCopy } from '@cordee/access/access-copy';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { getTeam, listTeams } from '@cordee/contracts/teams/team';
import { Handles, type QueryContext } from '@cordee/service/handles';
import { Controller, Inject } from '@nestjs/common';
import { readGrantPage } from '../grants/read-grant-page.ts';
import { selectMembers } from './memberships.ts';
import { readTeamPage } from './read-team-page.ts';
import { Team } from './team.entity.ts';

const SHOWN_GRANTS = 200;

@Controller()
export class TeamQueries {
  constructor(@Inject(AccessCopy) private readonly access: AccessCopy) {}

  @Handles(listTeams)
  async listTeams(input: Input<typeof listTeams>, { em, now }: QueryContext): Promise<Output<typeof listTeams>> {
    const people = await this.access.people(input.organizationId);
    const { teams, nextCursor } = await readTeamPage(em, now, input);
    return { data: teams.map(({ team, memberAccountIds }) => team.view(memberAccountIds, (member) => people.find(member)?.role === 'external')), nextCursor };
  }

  @Handles(getTeam)
  async getTeam({ organizationId, teamId }: Input<typeof getTeam>, { em, now, accountId, scopes }: QueryContext): Promise<Output<typeof getTeam>> {
    const people = await this.access.people(organizationId);
    const team = await em.findOne(Team, { organizationId, id: teamId, deletedAt: null });
    if (!team) throw new DomainError('TEAM_NOT_FOUND');
    const members = await selectMembers(em, now, organizationId, teamId);
    const reaching = people.maySee(accountId, 'team:manage', now, scopes) ? undefined : people.find(accountId)!.memberId;
    const grants = await readGrantPage(em, now, { organizationId, holder: teamId, limit: SHOWN_GRANTS, reaching });
    const view = team.view(members.map((member) => member.accountId), (member) => people.find(member)?.role === 'external');
    return { ...view, members, grants: grants.data, nextGrantsCursor: grants.nextCursor };
  }
}
