import { toId, toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';

type OrganizationId = `org_${string}`;
type TeamId = `team_${string}`;
type AccountId = `acc_${string}`;

/** A person in a team. */
export interface Membership {
  teamId: TeamId;
  accountId: AccountId;
}

/** The condition of a membership that holds at the instant that is its one parameter. */
export const holdsAt = `ended_at is null and (ends_at is null or ends_at > ?)`;

/** Puts people into a team, in one statement; the accounts that were not in it. What has lapsed must be ended before. */
export async function addMemberships(em: EntityManager, now: Date, team: { organizationId: OrganizationId; teamId: TeamId }, people: readonly { accountId: AccountId; endsAt: string | null }[]): Promise<AccountId[]> {
  if (people.length === 0) return [];
  const place = [toUuid(team.organizationId), toUuid(team.teamId)];
  const rows = await em.execute<{ account_id: string }[]>(
    `insert into team_membership (organization_id, team_id, account_id, started_at, ends_at)
     select ?, ?, person.id, ?, person.ends_at from jsonb_to_recordset(?::jsonb) as person (id uuid, ends_at timestamptz)
     on conflict (organization_id, team_id, account_id) where ended_at is null do nothing
     returning account_id`,
    [...place, now, JSON.stringify(people.map(({ accountId, endsAt }) => ({ id: toUuid(accountId), ends_at: endsAt })))],
  );
  return rows.map((row) => toId('acc', row.account_id));
}

/** Which memberships: of a team, of a person, or of a person in a team; with `startedBefore` only those that began before it. */
export interface Which {
  teamId?: TeamId;
  accountId?: AccountId;
  startedBefore?: Date;
}

/** Ends memberships, in one statement. */
export async function endMemberships(em: EntityManager, now: Date, organizationId: OrganizationId, which: Which): Promise<Membership[]> {
  const rows = await em.execute<{ team_id: string; account_id: string }[]>(
    `update team_membership set ended_at = least(ends_at, ?::timestamptz)
     where organization_id = ? and team_id = coalesce(?::uuid, team_id) and account_id = coalesce(?::uuid, account_id)
       and started_at < coalesce(?::timestamptz, 'infinity') and ended_at is null
     returning team_id, account_id`,
    [now, toUuid(organizationId), which.teamId ? toUuid(which.teamId) : null, which.accountId ? toUuid(which.accountId) : null, which.startedBefore ?? null],
  );
  return rows.map((row) => ({ teamId: toId('team', row.team_id), accountId: toId('acc', row.account_id) }));
}

/** Marks as ended the memberships of a team that were over by their own end; whose they were. */
export async function endLapsedMemberships(em: EntityManager, now: Date, organizationId: OrganizationId, teamId: TeamId): Promise<AccountId[]> {
  const rows = await em.execute<{ account_id: string }[]>(
    `update team_membership set ended_at = ends_at where organization_id = ? and team_id = ? and ended_at is null and ends_at <= ? returning account_id`,
    [toUuid(organizationId), toUuid(teamId), now],
  );
  return rows.map((row) => toId('acc', row.account_id));
}

/** Who is in a team. */
export async function selectMembers(em: EntityManager, now: Date, organizationId: OrganizationId, teamId: TeamId): Promise<AccountId[]> {
  const rows = await em.execute<{ account_id: string }[]>(`select account_id from team_membership where organization_id = ? and team_id = ? and ${holdsAt} order by position`, [
    toUuid(organizationId), toUuid(teamId), now,
  ]);
  return rows.map((row) => toId('acc', row.account_id));
}
