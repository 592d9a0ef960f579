import { MemberRole } from '@cordee/contracts/identity/member';
import type { SupportAccess as SupportAccessContract } from '@cordee/contracts/identity/support-access';
import { toId, toUuid } from '@cordee/contracts/id';
import { isManagerRole } from '@cordee/contracts/permissions';
import { idOrNull, instantOf, instantOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import type { SupportAccess } from './support-access.entity.ts';

const managerRoles = MemberRole.options.filter(isManagerRole);

type SupportAccessView = z.output<typeof SupportAccessContract>;

interface SupportAccessRow {
  id: string;
  level: 'read' | 'write';
  with_content: boolean;
  products: SupportAccessView['products'];
  reason: string;
  ticket: string | null;
  given_by: string;
  giver_name: string;
  given_at: string;
  ends_at: string;
  status: SupportAccessView['status'];
  ended_at: string | null;
  ended_by: string | null;
  entries: { account_id: string; name: string; entered_at: string; left_at: string | null; action_count: number }[];
}

export interface SupportAccessFilter {
  organizationId: `org_${string}`;
  id?: `sup_${string}`;
  /** Selects only accesses that this account may see: a manager sees all; other members see those that they gave. */
  viewerAccountId?: `acc_${string}`;
  status?: 'live' | 'past' | undefined;
  /** Selects only accesses that are older than this access. */
  beforeId?: `sup_${string}` | undefined;
  limit: number;
}

export async function selectSupportAccesses(
  em: EntityManager,
  filter: SupportAccessFilter,
  now: Date,
): Promise<SupportAccessView[]> {
  const conditions = ['access.organization_id = ?'];
  const parameters: unknown[] = [toUuid(filter.organizationId)];
  const addCondition = (condition: string, ...values: unknown[]): void => {
    conditions.push(condition);
    parameters.push(...values);
  };
  if (filter.id) addCondition('access.id = ?', toUuid(filter.id));
  if (filter.viewerAccountId) {
    const viewer = toUuid(filter.viewerAccountId);
    addCondition(
      `(given_by = ? or exists (
         select from member viewer where viewer.organization_id = access.organization_id and viewer.account_id = ?
           and viewer.role in (?)
       ))`,
      viewer,
      viewer,
      managerRoles,
    );
  }
  if (filter.beforeId) addCondition('access.id < ?', toUuid(filter.beforeId));
  if (filter.status) addCondition(`(ended_at is null and ends_at > ?) = ?`, now, filter.status === 'live');
  // An access that is past its end is shown as expired, even before the job records the expiry.
  const rows = await em.execute<SupportAccessRow[]>(
    `select access.id, level, with_content, products, reason, ticket, given_by, giver.name as giver_name, given_at,
            ends_at, ended_by,
            coalesce(end_cause, case when ends_at <= ? then 'expired' else 'live' end) as status,
            coalesce(ended_at, case when ends_at <= ? then ends_at end) as ended_at,
            (select coalesce(json_agg(entry order by entry.position desc), '[]') from (
               select position, account_id, account.name, entered_at,
                      coalesce(left_at, case when ends_at <= ? then ends_at end) as left_at,
                      (select count(*) from support_action action
                       where action.organization_id = entry.organization_id
                         and action.support_access_id = entry.support_access_id
                         and entry_position = entry.position) as action_count
               from support_entry entry join account on account.id = account_id
               where entry.organization_id = access.organization_id and support_access_id = access.id
               order by position desc limit 100) as entry) as entries
     from support_access access join account giver on giver.id = given_by
     where ${conditions.join(' and ')} order by access.id desc limit ?`,
    [now, now, now, ...parameters, filter.limit],
  );
  return rows.map(viewOf);
}

/** Returns the access as the members of its organization see it. */
export async function viewSupportAccess(
  em: EntityManager,
  { organizationId, id }: SupportAccess,
  now: Date,
): Promise<SupportAccessView> {
  const [view] = await selectSupportAccesses(em, { organizationId, id, limit: 1 }, now);
  return view!;
}

const viewOf = (row: SupportAccessRow): SupportAccessView => ({
  id: toId('sup', row.id),
  level: row.level,
  withContent: row.with_content,
  products: row.products,
  reason: row.reason,
  ticket: row.ticket,
  status: row.status,
  givenBy: { accountId: toId('acc', row.given_by), name: row.giver_name },
  givenAt: instantOf(row.given_at),
  endsAt: instantOf(row.ends_at),
  endedAt: instantOrNull(row.ended_at),
  endedBy: idOrNull('acc', row.ended_by),
  entries: row.entries.map((entry) => ({
    accountId: toId('acc', entry.account_id),
    name: entry.name,
    enteredAt: instantOf(entry.entered_at),
    leftAt: instantOrNull(entry.left_at),
    actionCount: entry.action_count,
  })),
});
