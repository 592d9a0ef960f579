import type { People, Person } from '@cordee/access/people';
import { toId, toUuid } from '@cordee/contracts/id';
import type { TeamMember } from '@cordee/contracts/teams/team';
import { instantOf, instantOrNull, uuidList, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';

type OrganizationId = `org_${string}`;
type TeamId = `team_${string}`;
type AccountId = `acc_${string}`;

/** Somebody who comes into a team: in their present time in the organization. */
export interface Arrival {
  accountId: AccountId;
  memberId: `mem_${string}`;
  endsAt: string | null;
}

/** A person in a team. */
export interface Membership {
  teamId: TeamId;
  accountId: AccountId;
}

/** The condition of a membership that holds at the instant that is its one parameter. */
export const holdsAt = `ended_at is null and (ends_at is null or ends_at > ?)`;

/** Puts people into a team, in one statement; the accounts that were not in it. What has lapsed must be ended before; what is left of an earlier time in the organization ends here. */
export async function addMemberships(
  em: EntityManager,
  now: Date,
  team: { organizationId: OrganizationId; teamId: TeamId },
  people: readonly Arrival[],
): Promise<AccountId[]> {
  if (people.length === 0) return [];
  const place = [toUuid(team.organizationId), toUuid(team.teamId)];
  const rows = await em.execute<{ account_id: string }[]>(
    `with person as (select * from jsonb_to_recordset(?::jsonb) as person (account_id uuid, member_id uuid, ends_at timestamptz)),
     gone as (
       update team_membership former set ended_at = least(former.ends_at, ?::timestamptz) from person
       where organization_id = ? and team_id = ? and former.account_id = person.account_id and former.member_id <> person.member_id and ended_at is null
     )
     insert into team_membership (organization_id, team_id, account_id, member_id, joined_at, started_at, ends_at)
     select ?, ?, account_id, member_id, ?, ?, ends_at from person
     on conflict (organization_id, team_id, member_id) where ended_at is null do nothing
     returning account_id`,
    [
      JSON.stringify(
        people.map(({ accountId, memberId, endsAt }) => ({
          account_id: toUuid(accountId),
          member_id: toUuid(memberId),
          ends_at: endsAt,
        })),
      ),
      now,
      ...place,
      ...place,
      now,
      now,
    ],
  );
  return rows.map((row) => toId('acc', row.account_id));
}

/** Which memberships: of a team, of people, or of somebody's time in the organization. */
export interface Which {
  teamId?: TeamId;
  accountIds?: readonly AccountId[];
  memberId?: `mem_${string}`;
}

/** Ends memberships, in one statement. */
export async function endMemberships(
  em: EntityManager,
  now: Date,
  organizationId: OrganizationId,
  { teamId, accountIds, memberId }: Which,
): Promise<Membership[]> {
  const accounts = accountIds ? uuidList(accountIds) : null;
  const rows = await em.execute<{ team_id: string; account_id: string }[]>(
    `update team_membership set ended_at = least(ends_at, ?::timestamptz)
     where organization_id = ? and team_id = coalesce(?::uuid, team_id) and (?::uuid[] is null or account_id = any(?::uuid[]))
       and member_id = coalesce(?::uuid, member_id) and ended_at is null
     returning team_id, account_id`,
    [now, toUuid(organizationId), uuidOrNull(teamId), accounts, accounts, uuidOrNull(memberId)],
  );
  return rows.map((row) => ({ teamId: toId('team', row.team_id), accountId: toId('acc', row.account_id) }));
}

/** Marks as ended the memberships of a team that were over by their own end; whose they were. */
export async function endLapsedMemberships(
  em: EntityManager,
  now: Date,
  organizationId: OrganizationId,
  teamId: TeamId,
): Promise<AccountId[]> {
  const rows = await em.execute<{ account_id: string }[]>(
    `update team_membership set ended_at = ends_at where organization_id = ? and team_id = ? and ended_at is null and ends_at <= ? returning account_id`,
    [toUuid(organizationId), toUuid(teamId), now],
  );
  return rows.map((row) => toId('acc', row.account_id));
}

/** Sets or clears the end of a standing membership from now on; what it was until now stays on record. */
export async function setMembershipEnd(
  em: EntityManager,
  now: Date,
  team: { organizationId: OrganizationId; teamId: TeamId },
  memberId: `mem_${string}`,
  endsAt: string | null,
): Promise<void> {
  await em.execute(
    `with former as (
       update team_membership set ended_at = ? where organization_id = ? and team_id = ? and member_id = ? and ended_at is null returning organization_id, team_id, account_id, member_id, joined_at
     )
     insert into team_membership (organization_id, team_id, account_id, member_id, joined_at, started_at, ends_at) select organization_id, team_id, account_id, member_id, joined_at, ?, ? from former`,
    [now, toUuid(team.organizationId), toUuid(team.teamId), toUuid(memberId), now, endsAt],
  );
}

/** For members whose last membership of a team had a planned end that is still to come: that end, whether or not they were taken out before it. */
export async function selectPlannedEnds(
  em: EntityManager,
  now: Date,
  team: { organizationId: OrganizationId; teamId: TeamId },
  memberIds: readonly `mem_${string}`[],
): Promise<Map<string, Date>> {
  const rows = await em.execute<{ member_id: string; ends_at: string }[]>(
    `select member_id, ends_at from (
       select distinct on (member_id) member_id, ends_at from team_membership where organization_id = ? and team_id = ? and member_id = any(?::uuid[]) order by member_id, position desc
     ) last where ends_at > ?`,
    [toUuid(team.organizationId), toUuid(team.teamId), uuidList(memberIds), now],
  );
  return new Map(rows.map((row) => [toId('mem', row.member_id), new Date(row.ends_at)]));
}

interface Member extends z.output<typeof TeamMember> {
  memberId: `mem_${string}`;
}

/** Somebody who is in a team in their present time in the organization. */
export type PresentMember = Member & Pick<Person, 'role'>;

/** Who is in a team, in the order in which they came in. */
export async function selectMembers(
  em: EntityManager,
  now: Date,
  organizationId: OrganizationId,
  teamId: TeamId,
): Promise<Member[]> {
  const rows = await em.execute<{ account_id: string; member_id: string; joined_at: string; ends_at: string | null }[]>(
    `select account_id, member_id, joined_at, ends_at from team_membership where organization_id = ? and team_id = ? and ${holdsAt} order by joined_at, position`,
    [toUuid(organizationId), toUuid(teamId), now],
  );
  return rows.map((row) => ({
    accountId: toId('acc', row.account_id),
    memberId: toId('mem', row.member_id),
    startedAt: instantOf(row.joined_at),
    endsAt: instantOrNull(row.ends_at),
  }));
}

/** Who is in a team but for those who are in it by a stay in the organization that is over: teams hears of that later. */
export async function selectPresentMembers(
  em: EntityManager,
  now: Date,
  people: People,
  organizationId: OrganizationId,
  teamId: TeamId,
): Promise<PresentMember[]> {
  return (await selectMembers(em, now, organizationId, teamId)).flatMap((member) => {
    const person = people.member(member.memberId);
    return person ? [{ ...member, role: person.role }] : [];
  });
}
