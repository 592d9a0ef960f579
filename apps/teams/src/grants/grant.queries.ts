import { listGrants } from '@cordee/contracts/teams/grant';
import { getGrantFacts } from '@cordee/contracts/teams/grant-facts';
import type { Input, Output } from '@cordee/contracts/contract';
import { toId, toUuid } from '@cordee/contracts/id';
import { Handles, type QueryContext } from '@cordee/service/handles';
import { Controller } from '@nestjs/common';
import { holdsAt } from '../teams/memberships.ts';
import { selectStandingGrants } from './select-grants.ts';

@Controller()
export class GrantQueries {
  @Handles(listGrants)
  async listGrants({ organizationId }: Input<typeof listGrants>, { em, now }: QueryContext): Promise<Output<typeof listGrants>> {
    return { data: await selectStandingGrants(em, now, organizationId) };
  }

  @Handles(getGrantFacts)
  async getGrantFacts({ organizationId }: Input<typeof getGrantFacts>, { em, now }: QueryContext): Promise<Output<typeof getGrantFacts>> {
    const organization = toUuid(organizationId);
    const teams = await em.execute<{ id: string; parent_id: string | null; name: string }[]>(`select id, parent_id, name from team where organization_id = ? and deleted_at is null`, [organization]);
    const memberships = await em.execute<{ team_id: string; account_id: string; ends_at: string | null }[]>(
      `select team_id, account_id, ends_at from team_membership where organization_id = ? and ${holdsAt} order by position`,
      [organization, now],
    );
    const grants = await selectStandingGrants(em, now, organizationId);
    return {
      organizationId,
      teams: teams.map((row) => ({ teamId: toId('team', row.id), parentId: row.parent_id ? toId('team', row.parent_id) : null, name: row.name })),
      memberships: memberships.map((row) => ({ teamId: toId('team', row.team_id), accountId: toId('acc', row.account_id), endsAt: row.ends_at ? new Date(row.ends_at).toISOString() : null })),
      grants: grants.map(({ id, holder, object, right, givenBy, givenAt, endsAt, reason }) => ({ grantId: id, holder, object, right, givenBy, givenAt, endsAt, reason })),
    };
  }
}
