import { toId, toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import { uuidList } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Member } from './member.entity.ts';

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
export const lacksSecondFactorSql = `(organization.is_second_factor_required and not exists (
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
