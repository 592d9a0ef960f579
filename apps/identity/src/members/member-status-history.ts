import { toId, toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import { uuidList } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { lacksSecondFactorSql } from '../second-factors/lacks-second-factor.ts';

export interface NewMemberStatus {
  organizationId: `org_${string}`;
  memberId: `mem_${string}`;
  accountId: `acc_${string}`;
  lacksSecondFactor: boolean;
}

type Subject = `org_${string}` | `acc_${string}`;

/**
 * Compares the status of members with the history, records each changed status and returns the new statuses. `subject`
 * selects the members of an organization, or the memberships of an account; `changedIds` selects some of them. The
 * history is used to compute the access at a past instant (ACC-2). Lock the organizations, and call this function after
 * the last change in the same transaction.
 */
export async function recordMemberStatuses(
  em: EntityManager,
  subject: Subject,
  now: Date,
  changedIds: readonly `mem_${string}`[] | null = null,
): Promise<NewMemberStatus[]> {
  await em.flush();
  endFormerStatuses(em, subject, now, changedIds);
  const rows = await em.execute<
    { organization_id: string; member_id: string; account_id: string; lacks_second_factor: boolean }[]
  >(...newStatusesStatement(subject, now, changedIds));
  return rows.map((row) => ({
    organizationId: toId('org', row.organization_id),
    memberId: toId('mem', row.member_id),
    accountId: toId('acc', row.account_id),
    lacksSecondFactor: row.lacks_second_factor,
  }));
}

/** Like `recordMemberStatuses`, without waiting for the reply. Send the changes of the members before. */
export function recordMemberStatusesAhead(
  em: EntityManager,
  subject: Subject,
  now: Date,
  changedIds: readonly `mem_${string}`[] | null = null,
): void {
  endFormerStatuses(em, subject, now, changedIds);
  sendAhead(em, ...newStatusesStatement(subject, now, changedIds));
}

const columnOf = (subject: Subject): string => (subject.startsWith('org_') ? 'organization_id' : 'account_id');

// The two statements compare whole sets (`not in`). With a comparison per row (`not exists`), a wrong query plan takes
// minutes for thousands of members.

function endFormerStatuses(
  em: EntityManager,
  subject: Subject,
  now: Date,
  changedIds: readonly `mem_${string}`[] | null,
): void {
  const column = columnOf(subject);
  const ids = changedIds && uuidList(changedIds);
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
}

/** Returns the statement that inserts the current statuses, with its parameters. The statement returns the new rows. */
function newStatusesStatement(
  subject: Subject,
  now: Date,
  changedIds: readonly `mem_${string}`[] | null,
): [sql: string, parameters: unknown[]] {
  const column = columnOf(subject);
  const ids = changedIds && uuidList(changedIds);
  return [
    `insert into member_status_history
       (organization_id, member_id, account_id, role, flags, is_blocked, lacks_second_factor, since)
     select organization_id, id, account_id, role, flags, is_blocked, ${lacksSecondFactorSql}, ?
     from member join organization using (organization_id)
     where ${column} = ? and (?::uuid[] is null or id = any(?::uuid[]))
       and id not in (select member_id from member_status_history where ${column} = ? and until is null)
     returning organization_id, member_id, account_id, lacks_second_factor`,
    [now, toUuid(subject), ids, ids, toUuid(subject)],
  ];
}
