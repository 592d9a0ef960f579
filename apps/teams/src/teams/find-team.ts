import { DomainError } from '@cordee/contracts/domain-error';
import { toId, toUuid } from '@cordee/contracts/id';
import { LockMode, UniqueConstraintViolationException, type EntityManager } from '@mikro-orm/postgresql';
import { Team } from './team.entity.ts';
import type { TeamTree } from './team-tree.ts';

type OrganizationId = `org_${string}`;
type TeamId = `team_${string}`;

/** The team, kept from being deleted until the transaction ends; changed by this transaction alone with `for: 'change'`. */
export async function findTeam(em: EntityManager, organizationId: OrganizationId, id: TeamId, options: { for: 'use' | 'change' }): Promise<Team> {
  const lockMode = options.for === 'change' ? LockMode.PESSIMISTIC_WRITE : LockMode.PESSIMISTIC_READ;
  const team = await em.findOne(Team, { organizationId, id, deletedAt: null }, { lockMode });
  if (!team) throw new DomainError('TEAM_NOT_FOUND');
  return team;
}

/** Who stands in whom. Whatever changes that takes turns, so that two moves at once make no cycle. */
export async function lockTree(em: EntityManager, organizationId: OrganizationId): Promise<TeamTree> {
  await em.execute(`select pg_advisory_xact_lock(hashtextextended(?, 0))`, [`team tree ${organizationId}`]);
  const rows = await em.execute<{ id: string; parent_id: string | null }[]>(`select id, parent_id from team where organization_id = ? and deleted_at is null`, [toUuid(organizationId)]);
  return new Map(rows.map((row) => [toId('team', row.id), row.parent_id ? toId('team', row.parent_id) : null]));
}

/** Writes what was changed; a name that another team has, also one made at the same moment, is refused. */
export async function flushTeam(em: EntityManager): Promise<void> {
  try {
    await em.flush();
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) throw new DomainError('TEAM_NAME_TAKEN');
    throw error;
  }
}
