import { SNAPSHOT_PAGE_SIZE } from '@cordee/contracts/access-snapshot';
import type { Input, Output } from '@cordee/contracts/contract';
import { toId, toUuid, type Id } from '@cordee/contracts/id';
import type { getMemberSnapshot } from '@cordee/contracts/identity/member';
import { readChanges } from '@cordee/service/database/access-revisions';
import { uuidList, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { selectSupport } from '../support-access/support-entries.ts';
import type { Flag, Member, Role } from './member.entity.ts';

type Facts = Output<typeof getMemberSnapshot>;

/** How a member stands from now on. */
export interface NewMemberStatus {
  organizationId: `org_${string}`;
  memberId: `mem_${string}`;
  accountId: `acc_${string}`;
  lacksSecondFactor: boolean;
}

/**
 * Puts on record how everybody of an organization, or an account in all of its organizations, stands from now on, where that has changed: what
 * access was at an instant in the past is worked out from these rows (ACC-2). Call it after the last change, in its transaction, with the
 * organizations locked. Answers whose standing is new.
 */
export async function recordMemberStatuses(
  em: EntityManager,
  of: `org_${string}` | `acc_${string}`,
  now: Date,
): Promise<NewMemberStatus[]> {
  await em.flush();
  const column = of.startsWith('org_') ? 'organization_id' : 'account_id';
  // Both compare whole sets: what is worked out row by row takes minutes for thousands of people when the planner guesses wrong.
  await em.execute(
    `update member_status_history set until = ? where ${column} = ? and until is null and (member_id, role, flags, is_blocked, lacks_second_factor) not in (
       select id, role, flags, is_blocked, ${lackingSecondFactor} from member join organization using (organization_id) where ${column} = ?)`,
    [now, toUuid(of), toUuid(of)],
  );
  const rows = await em.execute<
    { organization_id: string; member_id: string; account_id: string; lacks_second_factor: boolean }[]
  >(
    `insert into member_status_history (organization_id, member_id, account_id, role, flags, is_blocked, lacks_second_factor, since)
     select organization_id, id, account_id, role, flags, is_blocked, ${lackingSecondFactor}, ? from member join organization using (organization_id)
     where ${column} = ? and id not in (select member_id from member_status_history where ${column} = ? and until is null)
     returning organization_id, member_id, account_id, lacks_second_factor`,
    [now, toUuid(of), toUuid(of)],
  );
  return rows.map((row) => ({
    organizationId: toId('org', row.organization_id),
    memberId: toId('mem', row.member_id),
    accountId: toId('acc', row.account_id),
    lacksSecondFactor: row.lacks_second_factor,
  }));
}

/** The organization asks for a second factor and the person has none (C-ROL-24). */
const lackingSecondFactor = `(organization.is_second_factor_required and not exists (
  select from second_factor factor where factor.account_id = member.account_id and factor.confirmed_at is not null))`;

/** Whether what the person offers or has offered to others is worth nothing at this moment: they have no rights themselves. Ask it with the organization locked. */
export async function lacksSecondFactor(
  em: EntityManager,
  { organizationId, id }: Pick<Member, 'organizationId' | 'id'>,
): Promise<boolean> {
  const [row] = await em.execute<{ lacks: boolean }[]>(
    `select ${lackingSecondFactor} as lacks from member join organization using (organization_id) where organization_id = ? and id = ?`,
    [toUuid(organizationId), toUuid(id)],
  );
  return row?.lacks ?? false;
}

/** Who belongs to an organization: all page by page, what has changed, or as it was at an instant. */
export async function selectSnapshot(
  em: EntityManager,
  { organizationId, since, at, about, cursor }: Input<typeof getMemberSnapshot>,
): Promise<Facts> {
  const { revision, changed: known } =
    at === undefined && cursor === undefined
      ? await readChanges(em, organizationId, since)
      : { revision: 0, changed: null };
  const changed = known && known.length <= SNAPSHOT_PAGE_SIZE ? (known as Id[]) : null;
  // An instant that is not named is after everything that has happened.
  const rows = await em.execute<
    {
      member_id: string;
      account_id: string;
      role: Role;
      flags: Flag[];
      is_blocked: boolean;
      lacks_second_factor: boolean;
    }[]
  >(
    `with asked as (select ?::uuid as organization_id, coalesce(?::timestamptz, 'infinity') as at, ?::uuid[] as changed, ?::uuid as account_id, ?::uuid as after)
     select member_id, standing.account_id, role, flags, is_blocked, lacks_second_factor
     from asked join member_status_history standing on standing.organization_id = asked.organization_id and since <= asked.at and (until is null or until > asked.at)
     where (asked.changed is null or member_id = any (asked.changed)) and (asked.account_id is null or standing.account_id = asked.account_id) and (asked.after is null or member_id > asked.after)
     order by member_id limit ?`,
    [
      toUuid(organizationId),
      at ?? null,
      changed && uuidList(changed),
      uuidOrNull(about?.accountId),
      uuidOrNull(cursor as Id | undefined),
      SNAPSHOT_PAGE_SIZE,
    ],
  );
  const people = rows.map((row) => ({
    accountId: toId('acc', row.account_id),
    memberId: toId('mem', row.member_id),
    role: row.role,
    flags: row.flags,
    isBlocked: row.is_blocked,
    ...(row.lacks_second_factor ? { lacksSecondFactor: true as const } : {}),
  }));
  const support =
    cursor === undefined ? await selectSupport(em, { organizationId, at, changed, accountId: about?.accountId }) : [];
  return {
    organizationId,
    revision,
    changed,
    people,
    support,
    nextCursor: rows.length === SNAPSHOT_PAGE_SIZE ? people.at(-1)!.memberId : null,
  };
}
