import { toId, toUuid } from '@cordee/contracts/id';
import { uuidList } from '@cordee/service/database/sql-values';
import type { WriteContext } from '@cordee/service/background-transactions';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { Team } from './team.entity.ts';

type OrganizationId = `org_${string}`;
type TeamId = `team_${string}`;

/** Writes into the history where teams stand from now on, under which name. A place that is as it was goes on; what was deleted stands nowhere. */
export async function recordTeamParents(
  em: EntityManager,
  now: Date,
  organizationId: OrganizationId,
  teamIds: readonly TeamId[],
): Promise<void> {
  const which = [toUuid(organizationId), uuidList(teamIds)];
  await em.execute(
    `update team_parent_history place set until = ? from team
     where place.organization_id = ? and place.team_id = any(?::uuid[]) and place.until is null
       and team.organization_id = place.organization_id and team.id = place.team_id
       and (team.deleted_at is not null or (place.name, place.parent_id, place.parent_ends_at, place.is_members_only) is distinct from (team.name, team.parent_id, team.parent_ends_at, team.is_members_only))`,
    [now, ...which],
  );
  await em.execute(
    `insert into team_parent_history (organization_id, team_id, name, parent_id, parent_ends_at, is_members_only, since)
     select organization_id, id, name, parent_id, parent_ends_at, is_members_only, ? from team
     where organization_id = ? and id = any(?::uuid[]) and deleted_at is null
       and not exists (select from team_parent_history standing where standing.organization_id = team.organization_id and standing.team_id = team.id and standing.until is null)`,
    [now, ...which],
  );
}

/** Puts on record which teams of an organization stand in their parent no longer, since their own end of it (C-TEAM-21). */
export async function endLapsedParents(
  { em, now, publish }: Pick<WriteContext, 'em' | 'now' | 'publish'>,
  organizationId: OrganizationId,
): Promise<void> {
  const lapsed = await em.execute<{ team_id: string }[]>(
    `with lapsed as (
       update team_parent_history set until = parent_ends_at where organization_id = ? and until is null and parent_ends_at <= ? returning organization_id, team_id, name, is_members_only, until
     )
     insert into team_parent_history (organization_id, team_id, name, is_members_only, since) select organization_id, team_id, name, is_members_only, until from lapsed returning team_id`,
    [toUuid(organizationId), now],
  );
  if (lapsed.length === 0) return;
  const teams = await em.find(
    Team,
    { organizationId, id: { $in: lapsed.map((row) => toId('team', row.team_id)) } },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } },
  );
  for (const moved of teams.map((team) => team.change({ parentId: null }))) if (moved) await publish(moved);
}
