import type { People, Person } from '@cordee/access/people';
import { toId, toUuid } from '@cordee/contracts/id';
import type { TeamMember } from '@cordee/contracts/teams/team';
import { sendAhead } from '@cordee/service/database/orm';
import { instantOf, instantOrNull, uuidList, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';

type OrganizationId = `org_${string}`;
type TeamId = `team_${string}`;
type AccountId = `acc_${string}`;

/** A new team membership of a person in their current membership period. */
export interface NewMembership {
  accountId: AccountId;
  memberId: `mem_${string}`;
  endsAt: string | null;
}

export interface Membership {
  teamId: TeamId;
  accountId: AccountId;
}

/** SQL condition: the membership or grant is active at an instant. It has one parameter, the instant. */
export const isActiveSql = `ended_at is null and (ends_at is null or ends_at > ?)`;

/**
 * Adds people to a team in one statement, and returns the accounts that were not yet in the team. The caller must end
 * expired memberships first. The statement also ends rows of an earlier membership period of these people.
 */
export async function addMemberships(
  em: EntityManager,
  now: Date,
  team: { organizationId: OrganizationId; teamId: TeamId },
  people: readonly NewMembership[],
): Promise<AccountId[]> {
  if (people.length === 0) return [];
  const teamKey = [toUuid(team.organizationId), toUuid(team.teamId)];
  const rows = await em.execute<{ account_id: string }[]>(
    `with person as (
       select * from jsonb_to_recordset(?::jsonb) as person (account_id uuid, member_id uuid, ends_at timestamptz)
     ),
     ended_earlier_period as (
       update team_membership earlier_membership set ended_at = least(earlier_membership.ends_at, ?::timestamptz)
       from person
       where organization_id = ? and team_id = ? and earlier_membership.account_id = person.account_id
         and earlier_membership.member_id <> person.member_id and ended_at is null
     )
     insert into team_membership (organization_id, team_id, account_id, member_id, joined_at, started_at, ends_at)
     select ?, ?, account_id, member_id, ?, ?, ends_at from person
     on conflict (organization_id, team_id, member_id) where ended_at is null do nothing
     returning account_id`,
    [membershipsJson(people), now, ...teamKey, ...teamKey, now, now],
  );
  return rows.map((row) => toId('acc', row.account_id));
}

/**
 * Adds the first members of a new team, without waiting for the reply. A new team has no earlier memberships to end.
 */
export function addFirstMemberships(
  em: EntityManager,
  now: Date,
  team: { organizationId: OrganizationId; teamId: TeamId },
  people: readonly NewMembership[],
): void {
  if (people.length === 0) return;
  sendAhead(
    em,
    `insert into team_membership (organization_id, team_id, account_id, member_id, joined_at, started_at, ends_at)
     select ?, ?, account_id, member_id, ?, ?, ends_at from jsonb_to_recordset(?::jsonb) as person
       (account_id uuid, member_id uuid, ends_at timestamptz)`,
    [toUuid(team.organizationId), toUuid(team.teamId), now, now, membershipsJson(people)],
  );
}

/** The new memberships as a JSON parameter of `jsonb_to_recordset`. */
const membershipsJson = (people: readonly NewMembership[]): string =>
  JSON.stringify(
    people.map(({ accountId, memberId, endsAt }) => ({
      account_id: toUuid(accountId),
      member_id: toUuid(memberId),
      ends_at: endsAt,
    })),
  );

/** Selects the team memberships that match all fields that are set. */
export interface MembershipFilter {
  teamId?: TeamId;
  accountIds?: readonly AccountId[];
  memberId?: `mem_${string}`;
}

/** Ends the memberships that match the filter, and returns them. An expired membership ends at its planned end. */
export async function endMemberships(
  em: EntityManager,
  now: Date,
  organizationId: OrganizationId,
  { teamId, accountIds, memberId }: MembershipFilter,
): Promise<Membership[]> {
  const accounts = accountIds ? uuidList(accountIds) : null;
  const rows = await em.execute<{ team_id: string; account_id: string }[]>(
    `update team_membership set ended_at = least(ends_at, ?::timestamptz)
     where organization_id = ? and team_id = coalesce(?::uuid, team_id)
       and (?::uuid[] is null or account_id = any(?::uuid[]))
       and member_id = coalesce(?::uuid, member_id) and ended_at is null
     returning team_id, account_id`,
    [now, toUuid(organizationId), uuidOrNull(teamId), accounts, accounts, uuidOrNull(memberId)],
  );
  return rows.map((row) => ({ teamId: toId('team', row.team_id), accountId: toId('acc', row.account_id) }));
}

/** Records the end of the expired memberships of a team. Returns the accounts of these memberships. */
export async function endExpiredMemberships(
  em: EntityManager,
  now: Date,
  organizationId: OrganizationId,
  teamId: TeamId,
): Promise<AccountId[]> {
  const rows = await em.execute<{ account_id: string }[]>(
    `update team_membership set ended_at = ends_at where organization_id = ? and team_id = ? and ended_at is null
     and ends_at <= ? returning account_id`,
    [toUuid(organizationId), toUuid(teamId), now],
  );
  return rows.map((row) => toId('acc', row.account_id));
}

/**
 * Sets or clears the planned end of an active membership, without waiting for the reply. Inserts a new row; the former
 * row remains as history.
 */
export function setMembershipEnd(
  em: EntityManager,
  now: Date,
  team: { organizationId: OrganizationId; teamId: TeamId },
  memberId: `mem_${string}`,
  endsAt: string | null,
): void {
  sendAhead(
    em,
    `with former_row as (
       update team_membership set ended_at = ? where organization_id = ? and team_id = ? and member_id = ?
         and ended_at is null returning organization_id, team_id, account_id, member_id, joined_at
     )
     insert into team_membership (organization_id, team_id, account_id, member_id, joined_at, started_at, ends_at)
       select organization_id, team_id, account_id, member_id, joined_at, ?, ? from former_row`,
    [now, toUuid(team.organizationId), toUuid(team.teamId), toUuid(memberId), now, endsAt],
  );
}

/**
 * The planned end of the last membership of each member, if this end is in the future. The result also contains members
 * who were removed before their planned end.
 */
export async function selectPlannedEnds(
  em: EntityManager,
  now: Date,
  team: { organizationId: OrganizationId; teamId: TeamId },
  memberIds: readonly `mem_${string}`[],
): Promise<Map<string, Date>> {
  const rows = await em.execute<{ member_id: string; ends_at: string }[]>(
    `select member_id, ends_at from (
       select distinct on (member_id) member_id, ends_at from team_membership where organization_id = ?
       and team_id = ? and member_id = any(?::uuid[]) order by member_id, position desc
     ) last_membership where ends_at > ?`,
    [toUuid(team.organizationId), toUuid(team.teamId), uuidList(memberIds), now],
  );
  return new Map(rows.map((row) => [toId('mem', row.member_id), new Date(row.ends_at)]));
}

interface Member extends z.output<typeof TeamMember> {
  memberId: `mem_${string}`;
}

/** A member of a team in their current membership period. */
export type CurrentMember = Member & Pick<Person, 'role'>;

/** A row of `activeMembersSql`. */
export interface MemberRow {
  account_id: string;
  member_id: string;
  joined_at: string;
  ends_at: string | null;
}

/** SQL text: the active members of a team, in the order of joining. Parameters: organization, team, instant. */
export const activeMembersSql = `select account_id, member_id, joined_at, ends_at from team_membership
  where organization_id = ? and team_id = ? and ${isActiveSql} order by joined_at, position`;

/** The active members of a team, in the order of joining. */
export async function selectMembers(
  em: EntityManager,
  now: Date,
  organizationId: OrganizationId,
  teamId: TeamId,
): Promise<Member[]> {
  const rows = await em.execute<MemberRow[]>(activeMembersSql, [toUuid(organizationId), toUuid(teamId), now]);
  return rows.map(memberOfRow);
}

export const memberOfRow = (row: MemberRow): Member => ({
  accountId: toId('acc', row.account_id),
  memberId: toId('mem', row.member_id),
  // The membership starts at `joined_at`; the column `started_at` is the start of one row of its history.
  startedAt: instantOf(row.joined_at),
  endsAt: instantOrNull(row.ends_at),
});

/** The active members of a team. Members whose departure the service teams has not received yet are left out. */
export const selectCurrentMembers = async (
  em: EntityManager,
  now: Date,
  people: People,
  organizationId: OrganizationId,
  teamId: TeamId,
): Promise<CurrentMember[]> => currentMembers(await selectMembers(em, now, organizationId, teamId), people);

/** The members in a current membership period, with their roles. */
export const currentMembers = (members: readonly Member[], people: People): CurrentMember[] =>
  members.flatMap((member) => {
    const person = people.member(member.memberId);
    return person ? [{ ...member, role: person.role }] : [];
  });
