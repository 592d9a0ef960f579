import { DomainError } from '@cordee/contracts/domain-error';
import { toId, toUuid } from '@cordee/contracts/id';
import { advisoryLock } from '@cordee/service/database/advisory-lock';
import { idOrNull, uuidList } from '@cordee/service/database/sql-values';
import type { WriteContext } from '@cordee/service/background-transactions';
import { LockMode, UniqueConstraintViolationException, type EntityManager } from '@mikro-orm/postgresql';
import { endLapsedParents, recordTeamParents } from './team-parent-history.ts';
import { Team } from './team.entity.ts';
import type { TeamTree } from './team-tree.ts';

type OrganizationId = `org_${string}`;
type TeamId = `team_${string}`;

/** The team, for this transaction alone to change. */
export async function findTeam(em: EntityManager, organizationId: OrganizationId, id: TeamId): Promise<Team> {
  const team = await em.findOne(
    Team,
    { organizationId, id, deletedAt: null },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  if (!team) throw new DomainError('TEAM_NOT_FOUND');
  return team;
}

/** Those of the teams that are there, kept from being deleted until the transaction ends. */
export async function lockTeamsForShare(
  em: EntityManager,
  organizationId: OrganizationId,
  ids: Iterable<TeamId>,
): Promise<Set<TeamId>> {
  const rows = await em.execute<{ id: string }[]>(
    `select id from team where organization_id = ? and id = any(?::uuid[]) and deleted_at is null order by id for share`,
    [toUuid(organizationId), uuidList(ids)],
  );
  return new Set(rows.map((row) => toId('team', row.id)));
}

/** Who stands in whom. Whatever changes that takes turns, so that two moves at once make no cycle; what has lapsed stands nowhere. */
export async function lockHierarchy(
  context: Pick<WriteContext, 'em' | 'now' | 'publish'>,
  organizationId: OrganizationId,
): Promise<TeamTree> {
  const { em } = context;
  await advisoryLock(em, `team tree ${organizationId}`);
  await endLapsedParents(context, organizationId);
  const rows = await em.execute<{ id: string; parent_id: string | null }[]>(
    `select id, parent_id from team where organization_id = ? and deleted_at is null`,
    [toUuid(organizationId)],
  );
  return new Map(rows.map((row) => [toId('team', row.id), idOrNull('team', row.parent_id)]));
}

/** Writes what was changed, and where the teams stand with it; a name that another team has, also one made at the same moment, is refused. */
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
  await recordTeamParents(
    em,
    now,
    organizationId,
    teams.map(({ id }) => id),
  );
}
