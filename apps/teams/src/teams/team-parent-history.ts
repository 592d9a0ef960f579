import { toId, toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import { uuidList, uuidOrNull } from '@cordee/service/database/sql-values';
import type { WriteContext } from '@cordee/service/background-transactions';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { Team } from './team.entity.ts';

type OrganizationId = `org_${string}`;
type TeamId = `team_${string}`;

/** Records the name, parent and members-only setting of a new team. */
export function recordParentOfNewTeam(em: EntityManager, now: Date, team: Team): void {
  sendAhead(
    em,
    `insert into team_parent_history (organization_id, team_id, name, parent_id, parent_ends_at, is_members_only, since)
     values (?, ?, ?, ?, ?, ?, ?)`,
    [
      toUuid(team.organizationId),
      toUuid(team.id),
      team.name,
      uuidOrNull(team.parentId),
      team.parentEndsAt,
      team.isMembersOnly,
      now,
    ],
  );
}

/**
 * Records the current name, parent and members-only setting of teams. An unchanged row continues; a deleted team gets
 * no current row.
 */
export function recordTeamParents(
  em: EntityManager,
  now: Date,
  organizationId: OrganizationId,
  teamIds: readonly TeamId[],
): void {
  const keys = [toUuid(organizationId), uuidList(teamIds)];
  sendAhead(
    em,
    `update team_parent_history period set until = ? from team
     where period.organization_id = ? and period.team_id = any(?::uuid[]) and period.until is null
       and team.organization_id = period.organization_id and team.id = period.team_id
       and (team.deleted_at is not null
         or (period.name, period.parent_id, period.parent_ends_at, period.is_members_only)
           is distinct from (team.name, team.parent_id, team.parent_ends_at, team.is_members_only))`,
    [now, ...keys],
  );
  sendAhead(
    em,
    `insert into team_parent_history (organization_id, team_id, name, parent_id, parent_ends_at, is_members_only, since)
     select organization_id, id, name, parent_id, parent_ends_at, is_members_only, ? from team
     where organization_id = ? and id = any(?::uuid[]) and deleted_at is null
       and not exists (
         select from team_parent_history current_period
         where current_period.organization_id = team.organization_id and current_period.team_id = team.id
           and current_period.until is null
       )`,
    [now, ...keys],
  );
}

/** Records the end of expired parent periods of an organization. */
export async function endExpiredParentPeriods(
  { em, now, publish }: Pick<WriteContext, 'em' | 'now' | 'publish'>,
  organizationId: OrganizationId,
): Promise<void> {
  const endedPeriods = await em.execute<{ team_id: string }[]>(
    `with expired_period as (
       update team_parent_history set until = parent_ends_at where organization_id = ? and until is null
         and parent_ends_at <= ? returning organization_id, team_id, name, is_members_only, until
     )
     insert into team_parent_history (organization_id, team_id, name, is_members_only, since)
       select organization_id, team_id, name, is_members_only, until from expired_period returning team_id`,
    [toUuid(organizationId), now],
  );
  if (endedPeriods.length === 0) return;
  const teams = await em.find(
    Team,
    { organizationId, id: { $in: endedPeriods.map((row) => toId('team', row.team_id)) } },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } },
  );
  for (const event of teams.map((team) => team.change({ parentId: null }))) if (event) await publish(event);
}
