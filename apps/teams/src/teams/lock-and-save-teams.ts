import { DomainError } from '@cordee/contracts/domain-error';
import { toId, toUuid } from '@cordee/contracts/id';
import { advisoryLock, sharedAdvisoryLockAhead } from '@cordee/service/database/advisory-lock';
import { sendAhead } from '@cordee/service/database/orm';
import { idOrNull, uuidList } from '@cordee/service/database/sql-values';
import type { WriteContext } from '@cordee/service/background-transactions';
import { UniqueConstraintViolationException, type EntityManager } from '@mikro-orm/postgresql';
import { foldName } from './fold-name.ts';
import { endExpiredParentPeriods, recordTeamParents } from './team-parent-history.ts';
import { Team } from './team.entity.ts';
import type { TeamTree } from './team-tree.ts';

type OrganizationId = `org_${string}`;
type TeamId = `team_${string}`;

/**
 * Loads a team and locks its row for update. Statements that are sent after the call run after the lock, even in the
 * round trip of the lock. Throws TEAM_NOT_FOUND for an unknown or deleted team.
 */
export async function lockTeam(em: EntityManager, organizationId: OrganizationId, id: TeamId): Promise<Team> {
  // The lock is sent ahead, because `em.findOne` sends its statement later than the statements of the caller.
  sendAhead(em, `select from team where organization_id = ? and id = ? for update`, [
    toUuid(organizationId),
    toUuid(id),
  ]);
  const team = await em.findOne(Team, { organizationId, id, deletedAt: null }, { refresh: true });
  if (!team) throw new DomainError('TEAM_NOT_FOUND');
  return team;
}

/**
 * Locks the existing teams among the ids until the end of the transaction, and returns their ids. While a team is
 * locked, the team is not deleted, and nobody joins the team or its child teams. Read the clock after the lock, so that
 * a grant and a joining member have the order of their commits; notices to owners depend on this order (ACC-4).
 */
export async function lockHolderTeams(
  em: EntityManager,
  organizationId: OrganizationId,
  ids: Iterable<TeamId>,
): Promise<Set<TeamId>> {
  const rows = await em.execute<{ id: string }[]>(
    `select id from team where organization_id = ? and id = any(?::uuid[]) and deleted_at is null
     order by id for no key update`,
    [toUuid(organizationId), uuidList(ids)],
  );
  return new Set(rows.map((row) => toId('team', row.id)));
}

/**
 * Locks teams and their parents for share, until the end of the transaction. A command that adds members calls this
 * function, so that the command waits for grants to these teams; see `lockHolderTeams`.
 */
export async function lockTeamsWithParents(
  em: EntityManager,
  organizationId: OrganizationId,
  teamIds: Iterable<TeamId>,
): Promise<void> {
  await em.execute(
    `with recursive team_and_parents as (
       select unnest(?::uuid[]) as id
       union
       select team.parent_id from team join team_and_parents using (id)
       where organization_id = ? and parent_id is not null
     )
     select from team where organization_id = ? and id in (select id from team_and_parents) order by id for share`,
    [uuidList(teamIds), toUuid(organizationId), toUuid(organizationId)],
  );
}

const hierarchyKey = (organizationId: OrganizationId): string => `team tree ${organizationId}`;

/**
 * Keeps the parents of all teams unchanged until the end of the transaction, so that a new team does not become nested
 * too deep. The lock is shared, so creations of teams do not wait for each other.
 */
export function lockHierarchySharedAhead(em: EntityManager, organizationId: OrganizationId): void {
  sharedAdvisoryLockAhead(em, hierarchyKey(organizationId));
}

/**
 * Locks the team hierarchy of an organization, ends expired parent periods and returns the parent of every team. The
 * lock serializes changes of the hierarchy, so that concurrent moves make no cycle.
 */
export async function lockHierarchyAndEndExpired(
  context: Pick<WriteContext, 'em' | 'now' | 'publish'>,
  organizationId: OrganizationId,
): Promise<TeamTree> {
  const { em, now } = context;
  // The statements are sent in one round trip. The select omits expired parents, because their end may not be recorded.
  const [, , rows] = await Promise.all([
    advisoryLock(em, hierarchyKey(organizationId)),
    endExpiredParentPeriods(context, organizationId),
    em.execute<{ id: string; parent_id: string | null }[]>(
      `select id, case when parent_ends_at is null or parent_ends_at > ? then parent_id end as parent_id
       from team where organization_id = ? and deleted_at is null`,
      [now, toUuid(organizationId)],
    ),
  ]);
  return new Map(rows.map((row) => [toId('team', row.id), idOrNull('team', row.parent_id)]));
}

/**
 * Writes changed teams and their parent history. Throws TEAM_NAME_TAKEN when another team has the name, even if a
 * concurrent call has created this team.
 */
export async function saveTeams(
  { em, now }: Pick<WriteContext, 'em' | 'now'>,
  organizationId: OrganizationId,
  teams: readonly Team[],
): Promise<void> {
  try {
    await em.flush();
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) throw new DomainError('TEAM_NAME_TAKEN');
    throw error;
  }
  recordTeamParents(
    em,
    now,
    organizationId,
    teams.map(({ id }) => id),
  );
}

/** Throws TEAM_NAME_TAKEN when a team of the organization has the name, apart from case and accents. */
export async function assertNameIsFree(em: EntityManager, organizationId: OrganizationId, name: string): Promise<void> {
  const [team] = await em.execute<unknown[]>(
    `select from team where organization_id = ? and name_fold = ? and deleted_at is null`,
    [toUuid(organizationId), foldName(name)],
  );
  if (team) throw new DomainError('TEAM_NAME_TAKEN');
}
