import type { MemberSnapshot } from '@cordee/contracts/identity/member';
import { toId, toUuid } from '@cordee/contracts/id';
import { instantOf, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { SupportAccess } from './support-access.entity.ts';

type AccountId = `acc_${string}`;
type SupportEntry = MemberSnapshot['support'][number];

// Lock the row of an access before you change its entries, so that no entry continues after the end of its access.

/** Adds an entry. Returns false when the member of staff has already entered. */
export async function addEntry(
  em: EntityManager,
  { organizationId, id }: SupportAccess,
  accountId: AccountId,
  now: Date,
): Promise<boolean> {
  const added = await em.execute<object[]>(
    `insert into support_entry (organization_id, support_access_id, account_id, entered_at) values (?, ?, ?, ?)
     on conflict do nothing returning position`,
    [toUuid(organizationId), toUuid(id), toUuid(accountId), now],
  );
  return added.length > 0;
}

/**
 * Ends the entry of a member of staff, or all entries of the access when `accountId` is absent. Returns the number of
 * ended entries.
 */
export async function endEntries(
  em: EntityManager,
  { organizationId, id }: SupportAccess,
  { accountId, leftAt }: { accountId?: AccountId; leftAt: Date },
): Promise<number> {
  const accountUuid = uuidOrNull(accountId);
  const ended = await em.execute<object[]>(
    `update support_entry set left_at = ?
     where organization_id = ? and support_access_id = ? and left_at is null
       and (?::uuid is null or account_id = ?::uuid)
     returning position`,
    [leftAt, toUuid(organizationId), toUuid(id), accountUuid, accountUuid],
  );
  return ended.length;
}

/** Returns true even when the member of staff has left. */
export async function hasEverEntered(
  em: EntityManager,
  { organizationId, id }: SupportAccess,
  accountId: AccountId,
): Promise<boolean> {
  const [row] = await em.execute<{ has_entered: boolean }[]>(
    `select exists (
       select from support_entry where organization_id = ? and support_access_id = ? and account_id = ?
     ) as has_entered`,
    [toUuid(organizationId), toUuid(id), toUuid(accountId)],
  );
  return row!.has_entered;
}

/** A row of `supportEntriesSql`. */
export interface SupportEntryRow {
  support_access_id: string;
  account_id: string;
  level: 'read' | 'write';
  with_content: boolean;
  products: { productId: `prd_${string}`; ownershipNumber: number }[] | null;
  granted_by_member_id: string;
  ends_at: string;
}

/**
 * SQL that selects the support entries of a member snapshot: the current entries, or the entries at the instant of the
 * row `filter`. The current entries include entries of expired accesses, because each row contains the end of its
 * access.
 */
export const supportEntriesSql = `
  select support_access_id, entry.account_id, level, with_content, granted_by_member_id, ends_at,
         case when jsonb_typeof(products) = 'array' then products end as products
  from support_entry entry
  join support_access access
    on access.organization_id = entry.organization_id and access.id = entry.support_access_id
  where entry.organization_id = filter.organization_id
    and case
      when filter.at is null then left_at is null
      else entered_at <= filter.at and (left_at is null or left_at > filter.at) and ends_at > filter.at
    end
    and (filter.changed_ids is null or support_access_id = any (filter.changed_ids))
    and (filter.account_id is null or entry.account_id = filter.account_id)
  order by position`;

export const viewSupportEntry = (row: SupportEntryRow): SupportEntry => ({
  supportAccessId: toId('sup', row.support_access_id),
  accountId: toId('acc', row.account_id),
  level: row.level,
  withContent: row.with_content,
  products: row.products && row.products.map(({ productId, ownershipNumber }) => ({ productId, ownershipNumber })),
  grantedByMemberId: toId('mem', row.granted_by_member_id),
  endsAt: instantOf(row.ends_at),
});
