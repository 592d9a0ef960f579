import type { MemberSnapshot } from '@cordee/contracts/identity/member';
import { toId, toUuid, type Id } from '@cordee/contracts/id';
import { idOrNull, instantOf, uuidList, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { SupportAccess } from './support-access.entity.ts';

type AccountId = `acc_${string}`;
type SupportEntry = MemberSnapshot['support'][number];

// Who enters, leaves, or ends an access holds the lock on its row: an entry never outlives what it was made under.

/** Lets a member of staff in; whether they were not in before. */
export async function addEntry(
  em: EntityManager,
  { organizationId, id }: SupportAccess,
  accountId: AccountId,
  now: Date,
): Promise<boolean> {
  const added = await em.execute<object[]>(
    `insert into support_entry (organization_id, support_access_id, account_id, entered_at) values (?, ?, ?, ?) on conflict do nothing returning position`,
    [toUuid(organizationId), toUuid(id), toUuid(accountId), now],
  );
  return added.length > 0;
}

/** Ends the entry of one member of staff, or with null those of all; how many were in. */
export async function endEntries(
  em: EntityManager,
  { organizationId, id }: SupportAccess,
  accountId: AccountId | null,
  at: Date,
): Promise<number> {
  const account = uuidOrNull(accountId);
  const ended = await em.execute<object[]>(
    `update support_entry set left_at = ? where organization_id = ? and support_access_id = ? and left_at is null and (?::uuid is null or account_id = ?::uuid) returning position`,
    [at, toUuid(organizationId), toUuid(id), account, account],
  );
  return ended.length;
}

/** Whether the member of staff is or was in under the access. */
export async function hasEntered(
  em: EntityManager,
  { organizationId, id }: SupportAccess,
  accountId: AccountId,
): Promise<boolean> {
  const [row] = await em.execute<{ has_entered: boolean }[]>(
    `select exists (select from support_entry where organization_id = ? and support_access_id = ? and account_id = ?) as has_entered`,
    [toUuid(organizationId), toUuid(id), toUuid(accountId)],
  );
  return row!.has_entered;
}

/**
 * The staff that is in an organization, for its access facts: now, or at an instant; of the changed accesses, or of all with null. What its time
 * alone has ended is told all the same: the facts say until when they are good.
 */
export async function selectSupport(
  em: EntityManager,
  asked: {
    organizationId: `org_${string}`;
    at: string | undefined;
    changed: Id[] | null;
    accountId: AccountId | undefined;
  },
): Promise<SupportEntry[]> {
  const rows = await em.execute<
    {
      support_access_id: string;
      account_id: string;
      level: 'read' | 'write';
      with_content: boolean;
      products: { productId: `prd_${string}`; ownershipNumber: number }[] | null;
      granted_by_member_id: string | null;
      ends_at: string;
    }[]
  >(
    `with asked as (select ?::uuid as organization_id, ?::timestamptz as at, ?::uuid[] as changed, ?::uuid as account_id)
     select support_access_id, entry.account_id, level, with_content, granted_by_member_id, ends_at, case when jsonb_typeof(products) = 'array' then products end as products
     from asked
     join support_entry entry on entry.organization_id = asked.organization_id
     join support_access access on access.organization_id = entry.organization_id and access.id = entry.support_access_id
     where case when asked.at is null then left_at is null else entered_at <= asked.at and (left_at is null or left_at > asked.at) and ends_at > asked.at end
       and (asked.changed is null or support_access_id = any (asked.changed)) and (asked.account_id is null or entry.account_id = asked.account_id)
     order by position`,
    [
      toUuid(asked.organizationId),
      asked.at ?? null,
      asked.changed && uuidList(asked.changed),
      uuidOrNull(asked.accountId),
    ],
  );
  return rows.map((row) => ({
    supportAccessId: toId('sup', row.support_access_id),
    accountId: toId('acc', row.account_id),
    level: row.level,
    withContent: row.with_content,
    products: row.products && row.products.map(({ productId, ownershipNumber }) => ({ productId, ownershipNumber })),
    grantedByMemberId: idOrNull('mem', row.granted_by_member_id),
    endsAt: instantOf(row.ends_at),
  }));
}
