import { listTeams } from '@cordee/contracts/teams/team';
import type { Input, Output } from '@cordee/contracts/contract';
import { toId, toUuid } from '@cordee/contracts/id';
import { Handles, type QueryContext } from '@cordee/service/handles';
import { Controller } from '@nestjs/common';
import { holdsAt } from './memberships.ts';
import type { TeamView } from './team.entity.ts';

interface TeamRow {
  id: string;
  name: string;
  colour: TeamView['colour'];
  parent_id: string | null;
  lead_account_id: string | null;
  members: string[];
  version: number;
  created_at: string;
}

@Controller()
export class TeamQueries {
  @Handles(listTeams)
  async listTeams({ organizationId }: Input<typeof listTeams>, { em, now }: QueryContext): Promise<Output<typeof listTeams>> {
    const rows = await em.execute<TeamRow[]>(
      `select team.id, team.name, team.colour, team.parent_id, team.lead_account_id, coalesce(inside.members, '{}') as members, team.version, team.created_at
       from team
       left join (
         select team_id, array_agg(account_id order by position) as members from team_membership where organization_id = ? and ${holdsAt} group by team_id
       ) as inside on inside.team_id = team.id
       where team.organization_id = ? and team.deleted_at is null
       order by team.name_fold`,
      [toUuid(organizationId), now, toUuid(organizationId)],
    );
    return {
      data: rows.map((row) => ({
        id: toId('team', row.id), name: row.name, colour: row.colour, parentId: row.parent_id ? toId('team', row.parent_id) : null,
        leadAccountId: row.lead_account_id ? toId('acc', row.lead_account_id) : null, memberAccountIds: row.members.map((member) => toId('acc', member)),
        version: row.version, createdAt: new Date(row.created_at).toISOString(),
      })),
    };
  }
}
