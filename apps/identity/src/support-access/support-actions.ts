import type { recordSupportAction } from '@cordee/contracts/identity/support-access';
import type { Input } from '@cordee/contracts/contract';
import { toId, toUuid } from '@cordee/contracts/id';
import { uuidList } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';

/** The caller can choose the request id, so the stored text is limited. */
const MAX_REQUEST_ID_CHARACTERS = 200;

/**
 * Records an action for each given access that the member of staff has currently entered. Returns the ids of these
 * accesses. The statement checks the entries again, because the request pipeline has checked only cached entries.
 */
export async function recordActions(
  em: EntityManager,
  { organizationId, accountId, supportAccessIds, subject, about }: Input<typeof recordSupportAction>,
  { requestId, now }: { requestId: string; now: Date },
): Promise<`sup_${string}`[]> {
  const rows = await em.execute<{ support_access_id: string }[]>(
    `insert into support_action
       (organization_id, support_access_id, entry_position, account_id, ticket, subject, about, request_id, at)
     select access.organization_id, access.id, entry.position, entry.account_id, access.ticket, ?,
            array(select jsonb_array_elements_text(?::jsonb)), ?, ?
     from support_access access
     join support_entry entry
       on entry.organization_id = access.organization_id and entry.support_access_id = access.id
         and entry.left_at is null
     join account on account.id = entry.account_id and account.is_staff
     where access.organization_id = ? and access.id = any (?::uuid[]) and access.ended_at is null
       and access.ends_at > ? and entry.account_id = ?
     returning support_access_id`,
    [
      subject,
      JSON.stringify(about),
      requestId.slice(0, MAX_REQUEST_ID_CHARACTERS),
      now,
      toUuid(organizationId),
      uuidList(supportAccessIds),
      now,
      toUuid(accountId),
    ],
  );
  return rows.map(({ support_access_id }) => toId('sup', support_access_id));
}
