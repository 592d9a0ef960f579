import { isContentRight, rightsGivenBy } from '@cordee/access/rights';
import { toUuid } from '@cordee/contracts/id';
import type { HolderFact } from '@cordee/contracts/teams/grant-facts';
import type { EntityManager } from '@mikro-orm/postgresql';
import { holderFactOfRow, type HolderFactRow } from '../grants/grant-columns.ts';

/** Of the rights that were ever given in the organization, those that open content. */
export async function selectContentRights(em: EntityManager, organizationId: `org_${string}`): Promise<string[]> {
  const rows = await em.execute<{ access_right: string }[]>(
    `select distinct access_right from access_grant where organization_id = ?`,
    [toUuid(organizationId)],
  );
  return rows.map((row) => row.access_right).filter((right) => rightsGivenBy(right).some(isContentRight));
}

/** By way of whom more may reach content since exactly an instant: who came into a team or has another end there, teams that took a place or have another end there, who was given one of the rights, for whom a restriction ended. */
export async function selectBegun(
  em: EntityManager,
  organizationId: `org_${string}`,
  at: Date,
  rights: readonly string[],
): Promise<HolderFact[]> {
  const organization = toUuid(organizationId);
  const rows = await em.execute<HolderFactRow[]>(
    `select account_id as holder_account_id, member_id as holder_member_id, null::uuid as holder_team_id from team_membership where organization_id = ? and started_at = ?
     union
     select null, null, team_id from team_place where organization_id = ? and since = ?
     union
     select holder_account_id, holder_member_id, holder_team_id from restriction where organization_id = ? and coalesce(ended_at, ends_at) = ?
     union
     select holder_account_id, holder_member_id, holder_team_id from access_grant where organization_id = ? and given_at = ? and access_right in (select jsonb_array_elements_text(?::jsonb))`,
    [organization, at, organization, at, organization, at, organization, at, JSON.stringify(rights)],
  );
  return rows.map(holderFactOfRow);
}
