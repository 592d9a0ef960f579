import { FACTS_PAGE } from '@cordee/contracts/access-facts';
import type { Input, Output } from '@cordee/contracts/contract';
import { toId, toUuid, type Id } from '@cordee/contracts/id';
import type { getPeopleFacts } from '@cordee/contracts/identity/member';
import { readChanges } from '@cordee/outbox/access-revisions';
import type { EntityManager } from '@mikro-orm/postgresql';
import { selectSupport } from '../support-access/support-entries.ts';
import type { Flag, Role } from './member.entity.ts';

type Facts = Output<typeof getPeopleFacts>;

/**
 * Puts on record how everybody of an organization stands from now on, where that has changed: what access was at an instant in the past is
 * worked out from these rows (ACC-2). Call it after the last change, in its transaction.
 */
export async function recordStandings(em: EntityManager, organizationId: `org_${string}`, now: Date): Promise<void> {
  await em.flush();
  const organization = toUuid(organizationId);
  await em.execute(
    `update member_standing standing set until = ? where organization_id = ? and until is null and not exists (
       select from member
       where member.organization_id = standing.organization_id and member.id = standing.member_id
         and member.role = standing.role and member.flags = standing.flags and member.is_blocked = standing.is_blocked)`,
    [now, organization],
  );
  await em.execute(
    `insert into member_standing (organization_id, member_id, account_id, role, flags, is_blocked, since)
     select organization_id, id, account_id, role, flags, is_blocked, ? from member
     where organization_id = ? and not exists (
       select from member_standing standing where standing.organization_id = member.organization_id and standing.member_id = member.id and until is null)`,
    [now, organization],
  );
}

/** Who belongs to an organization: all page by page, what has changed, or as it was at an instant. */
export async function selectFacts(em: EntityManager, { organizationId, since, at, about, cursor }: Input<typeof getPeopleFacts>): Promise<Facts> {
  const { revision, changed: known } = at === undefined && cursor === undefined ? await readChanges(em, organizationId, since) : { revision: 0, changed: null };
  const changed = known && known.length <= FACTS_PAGE ? known : null;
  const changedUuids = changed && changed.map((id) => toUuid(id as Id));
  // An instant that is not named is after everything that has happened.
  const rows = await em.execute<{ member_id: string; account_id: string; role: Role; flags: Flag[]; is_blocked: boolean }[]>(
    `with asked as (select ?::uuid as organization_id, coalesce(?::timestamptz, 'infinity') as at, ?::uuid[] as changed, ?::uuid as account_id, ?::uuid as after)
     select member_id, standing.account_id, role, flags, is_blocked
     from asked join member_standing standing on standing.organization_id = asked.organization_id and since <= asked.at and (until is null or until > asked.at)
     where (asked.changed is null or member_id = any (asked.changed)) and (asked.account_id is null or standing.account_id = asked.account_id) and (asked.after is null or member_id > asked.after)
     order by member_id limit ?`,
    [toUuid(organizationId), at ?? null, changedUuids && `{${changedUuids.join(',')}}`, about?.accountId ? toUuid(about.accountId) : null, cursor ? toUuid(cursor as Id) : null, FACTS_PAGE],
  );
  const people = rows.map((row) => ({ accountId: toId('acc', row.account_id), memberId: toId('mem', row.member_id), role: row.role, flags: row.flags, isBlocked: row.is_blocked }));
  const support = cursor === undefined ? await selectSupport(em, { organizationId, at, changed: changedUuids, accountId: about?.accountId }) : [];
  return { organizationId, revision, changed, people, support, nextCursor: rows.length === FACTS_PAGE ? people.at(-1)!.memberId : null };
}
