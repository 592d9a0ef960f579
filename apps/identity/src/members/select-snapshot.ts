import { SNAPSHOT_PAGE_SIZE } from '@cordee/contracts/access-snapshot';
import type { Input, Output } from '@cordee/contracts/contract';
import { idSchema, toId, toUuid, type Id } from '@cordee/contracts/id';
import type { getMemberSnapshot } from '@cordee/contracts/identity/member';
import { readChanges } from '@cordee/service/database/access-revisions';
import { readIdCursor } from '@cordee/service/list-cursor';
import { uuidList, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { supportEntriesSql, viewSupportEntry, type SupportEntryRow } from '../support-access/support-entries.ts';
import type { Flag, Role } from './member.entity.ts';

type Snapshot = Output<typeof getMemberSnapshot>;

/** The only row of the query: a page of people and support entries as JSON, and the access revision of that time. */
interface PageRow {
  revision: string;
  people: {
    member_id: string;
    account_id: string;
    role: Role;
    flags: Flag[];
    is_blocked: boolean;
    lacks_second_factor: boolean;
  }[];
  support: SupportEntryRow[];
}

/**
 * Selects members of an organization: all members in pages, the members that changed since a revision, or the members
 * at a past instant.
 */
export async function selectSnapshot(
  em: EntityManager,
  { organizationId, since, at, about, cursor }: Input<typeof getMemberSnapshot>,
): Promise<Snapshot> {
  const isFirstPageOfPresent = at === undefined && cursor === undefined;
  // The revision of the changes is read before the rows, so that rows may be newer than the revision but never older.
  const changes =
    isFirstPageOfPresent && since !== undefined ? await readChanges(em, organizationId, since) : undefined;
  // Null selects all members, because the changes are unknown or do not fit into one page.
  const changedIds =
    changes?.changed && changes.changed.length <= SNAPSHOT_PAGE_SIZE ? (changes.changed as Id[]) : null;
  const [page] = await em.execute<PageRow[]>(
    // A CTE with one row names the parameters. 'infinity' selects the present, because it is later than every recorded
    // instant.
    `with filter as (
       select ?::uuid as organization_id, ?::timestamptz as at, ?::uuid[] as changed_ids, ?::uuid as account_id,
              ?::uuid as after_member_id
     )
     select coalesce((
       select revision from access_revision where organization_id = filter.organization_id
     ), 0) as revision, (
       select coalesce(json_agg(person order by member_id), '[]') from (
         select member_id, account_id, role, flags, is_blocked, lacks_second_factor
         from member_status_history status
         where status.organization_id = filter.organization_id
           and since <= coalesce(filter.at, 'infinity') and (until is null or until > coalesce(filter.at, 'infinity'))
           and (filter.changed_ids is null or member_id = any (filter.changed_ids))
           and (filter.account_id is null or status.account_id = filter.account_id)
           and (filter.after_member_id is null or member_id > filter.after_member_id)
         order by member_id limit ?
       ) person
     ) as people, (
       -- Only the first page has support entries.
       select coalesce(json_agg(entry), '[]') from (${supportEntriesSql}) entry where filter.after_member_id is null
     ) as support
     from filter`,
    [
      toUuid(organizationId),
      at ?? null,
      changedIds && uuidList(changedIds),
      uuidOrNull(about?.accountId),
      uuidOrNull(readIdCursor(idSchema('mem'), cursor)),
      SNAPSHOT_PAGE_SIZE,
    ],
  );
  const { revision, support } = page!;
  const people = page!.people.map((row) => ({
    accountId: toId('acc', row.account_id),
    memberId: toId('mem', row.member_id),
    role: row.role,
    flags: row.flags,
    isBlocked: row.is_blocked,
    ...(row.lacks_second_factor ? { lacksSecondFactor: true as const } : {}),
  }));
  return {
    organizationId,
    // Only the first page of the present has a revision.
    revision: isFirstPageOfPresent ? (changes?.revision ?? Number(revision)) : 0,
    changed: changedIds,
    people,
    support: support.map(viewSupportEntry),
    nextCursor: people.length === SNAPSHOT_PAGE_SIZE ? people.at(-1)!.memberId : null,
  };
}
