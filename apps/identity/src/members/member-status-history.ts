import { SNAPSHOT_PAGE_SIZE } from '@cordee/contracts/access-snapshot';
import type { Input, Output } from '@cordee/contracts/contract';
import { toId, toUuid, type Id } from '@cordee/contracts/id';
import type { getMemberSnapshot } from '@cordee/contracts/identity/member';
import { readChanges } from '@cordee/service/database/access-revisions';
import { sendAhead } from '@cordee/service/database/orm';
import { uuidList, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { selectSupport } from '../support-access/support-entries.ts';
import type { Flag, Member, Role } from './member.entity.ts';

type Snapshot = Output<typeof getMemberSnapshot>;

export interface NewMemberStatus {
  organizationId: `org_${string}`;
  memberId: `mem_${string}`;
  accountId: `acc_${string}`;
  lacksSecondFactor: boolean;
}

/**
 * Compares the status of members with the history, records each changed status and returns the new statuses. `subject`
 * selects the members of an organization, or the memberships of an account; `changedIds` selects some of them. The
 * history is used to compute the access at a past instant (ACC-2). Lock the organizations, and call this function after
 * the last change in the same transaction.
 */
export async function recordMemberStatuses(
  em: EntityManager,
  subject: `org_${string}` | `acc_${string}`,
  now: Date,
  changedIds: readonly `mem_${string}`[] | null = null,
): Promise<NewMemberStatus[]> {
  await em.flush();
  const column = subject.startsWith('org_') ? 'organization_id' : 'account_id';
  const ids = changedIds && uuidList(changedIds);
  // The two statements compare whole sets. With a wrong plan, a comparison per row takes minutes for thousands of
  // members.
  sendAhead(
    em,
    `update member_status_history set until = ?
     where ${column} = ? and until is null and (?::uuid[] is null or member_id = any(?::uuid[]))
       and (member_id, role, flags, is_blocked, lacks_second_factor) not in (
         select id, role, flags, is_blocked, ${lacksSecondFactorSql}
         from member join organization using (organization_id)
         where ${column} = ? and (?::uuid[] is null or id = any(?::uuid[]))
       )`,
    [now, toUuid(subject), ids, ids, toUuid(subject), ids, ids],
  );
  const rows = await em.execute<
    { organization_id: string; member_id: string; account_id: string; lacks_second_factor: boolean }[]
  >(
    `insert into member_status_history
       (organization_id, member_id, account_id, role, flags, is_blocked, lacks_second_factor, since)
     select organization_id, id, account_id, role, flags, is_blocked, ${lacksSecondFactorSql}, ?
     from member join organization using (organization_id)
     where ${column} = ? and (?::uuid[] is null or id = any(?::uuid[]))
       and id not in (select member_id from member_status_history where ${column} = ? and until is null)
     returning organization_id, member_id, account_id, lacks_second_factor`,
    [now, toUuid(subject), ids, ids, toUuid(subject)],
  );
  return rows.map((row) => ({
    organizationId: toId('org', row.organization_id),
    memberId: toId('mem', row.member_id),
    accountId: toId('acc', row.account_id),
    lacksSecondFactor: row.lacks_second_factor,
  }));
}

/** SQL condition: the organization requires a second factor and the person has none (C-ROL-24). */
const lacksSecondFactorSql = `(organization.is_second_factor_required and not exists (
  select from second_factor factor where factor.account_id = member.account_id and factor.confirmed_at is not null))`;

/**
 * Returns true when the member lacks a required second factor. Such a member has no rights, so their invitations and
 * offers are not valid. Lock the organization first.
 */
export async function lacksSecondFactor(
  em: EntityManager,
  { organizationId, id }: Pick<Member, 'organizationId' | 'id'>,
): Promise<boolean> {
  const [row] = await em.execute<{ lacks: boolean }[]>(
    `select ${lacksSecondFactorSql} as lacks from member join organization using (organization_id)
     where organization_id = ? and id = ?`,
    [toUuid(organizationId), toUuid(id)],
  );
  return row?.lacks ?? false;
}

/**
 * Selects members of an organization: all members in pages, the members that changed since a revision, or the members
 * at a past instant.
 */
export async function selectSnapshot(
  em: EntityManager,
  { organizationId, since, at, about, cursor }: Input<typeof getMemberSnapshot>,
): Promise<Snapshot> {
  const { revision, changed: idsSinceRevision } =
    at === undefined && cursor === undefined
      ? await readChanges(em, organizationId, since)
      : { revision: 0, changed: null };
  // Null selects all members, because the changes are unknown or do not fit into one page.
  const changedIds =
    idsSinceRevision && idsSinceRevision.length <= SNAPSHOT_PAGE_SIZE ? (idsSinceRevision as Id[]) : null;
  // 'infinity' selects the present, because it is later than every recorded instant.
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
    `with filter as (
       select ?::uuid as organization_id, coalesce(?::timestamptz, 'infinity') as at, ?::uuid[] as changed_ids,
              ?::uuid as account_id, ?::uuid as after_member_id
     )
     select member_id, status.account_id, role, flags, is_blocked, lacks_second_factor
     from filter
     join member_status_history status
       on status.organization_id = filter.organization_id
         and since <= filter.at and (until is null or until > filter.at)
     where (filter.changed_ids is null or member_id = any (filter.changed_ids))
       and (filter.account_id is null or status.account_id = filter.account_id)
       and (filter.after_member_id is null or member_id > filter.after_member_id)
     order by member_id limit ?`,
    [
      toUuid(organizationId),
      at ?? null,
      changedIds && uuidList(changedIds),
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
    cursor === undefined
      ? await selectSupport(em, { organizationId, at, changedIds, accountId: about?.accountId })
      : [];
  return {
    organizationId,
    revision,
    changed: changedIds,
    people,
    support,
    nextCursor: rows.length === SNAPSHOT_PAGE_SIZE ? people.at(-1)!.memberId : null,
  };
}
