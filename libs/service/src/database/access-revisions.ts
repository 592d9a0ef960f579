import { toUuid } from '@cordee/contracts/id';
import { sqlArray } from '@cordee/outbox/sql-array';
import type { EntityManager } from '@mikro-orm/postgresql';

type OrganizationId = `org_${string}`;

/** How long the changed ids of a revision are kept. A cache with an older revision loads a complete snapshot. */
export const CHANGES_KEPT_MS = 3_600_000;

/**
 * Increments the access revision of an organization, at the end of the transaction that changes its access data
 * (ACC-3). The row lock makes the changes of one organization commit one after the other, so that a reader of a
 * revision also reads all changes up to the revision. Sessions belong to no organization; their changes count under
 * `NO_ORGANIZATION`.
 */
export async function incrementRevision(
  em: EntityManager,
  organizationUuid: string,
  entityIds: readonly string[],
  now: Date,
): Promise<number> {
  const [row] = await em.execute<{ revision: string }[]>(
    `with new_revision as (
       insert into access_revision (organization_id, revision) values (?, 1)
       on conflict (organization_id) do update set revision = access_revision.revision + 1
       returning organization_id, revision
     ), new_changes as (
       insert into access_change (organization_id, revision, entity_id, changed_at)
       select organization_id, revision, entity_id, ? from new_revision, unnest(?::text[]) as entity_id
     )
     select revision from new_revision`,
    [organizationUuid, now, sqlArray([...new Set(entityIds)])],
  );
  return Number(row!.revision);
}

/**
 * Reads the access revisions of organizations, by UUID. The revisions are at least as new as the data that this
 * transaction has read.
 */
export async function readRevisions(
  em: EntityManager,
  organizationUuids: readonly string[],
): Promise<Map<string, number>> {
  const rows = await em.execute<{ organization_id: string; revision: string }[]>(
    `select organization_id, revision from access_revision where organization_id = any(?::uuid[])`,
    [sqlArray(organizationUuids)],
  );
  return new Map(rows.map((row) => [row.organization_id, Number(row.revision)]));
}

/**
 * The access revision, and the ids that have changed since an older revision. `changed` is null when the caller names
 * no older revision, or when not all later changes are stored.
 */
export interface ChangedSince {
  revision: number;
  changed: string[] | null;
}

/**
 * Reads the access revision and the changed ids. Call this function before reading the snapshot rows, so that the rows
 * are never older than the revision.
 */
export async function readChanges(
  em: EntityManager,
  organizationId: OrganizationId,
  since: number | undefined,
): Promise<ChangedSince> {
  // Without `since`, the statement selects no changed ids.
  const [row] = await em.execute<{ revision: string; oldest_stored_revision: string | null; changed: string[] }[]>(
    `select coalesce((select revision from access_revision where organization_id = ?), 0) as revision,
            (select min(revision) from access_change where organization_id = ?) as oldest_stored_revision,
            array(select distinct entity_id from access_change where organization_id = ? and revision > ?) as changed`,
    [toUuid(organizationId), toUuid(organizationId), toUuid(organizationId), since ?? Number.MAX_SAFE_INTEGER],
  );
  const revision = Number(row!.revision);
  // There are no changes when `since` is the current revision. Otherwise the changes are complete when the first
  // revision after `since` is still stored. A `since` above the current revision is no revision of this database.
  const hasAllChanges =
    since !== undefined &&
    since <= revision &&
    (since === revision || (row!.oldest_stored_revision !== null && Number(row!.oldest_stored_revision) <= since + 1));
  return { revision, changed: hasAllChanges ? row!.changed : null };
}

/** A committed change whose notification may be missing after a crash. */
export interface PendingNotification {
  organizationUuid: string;
  revision: number;
  /** Processes were notified of the changes up to this revision. */
  notifiedRevision: number;
  entityIds: string[];
}

/**
 * Reads the pending notifications of one organization, or of all organizations when `organizationUuid` is null. Another
 * process may be sending the same notifications; notifying twice does no harm.
 */
export async function readPendingNotifications(
  em: EntityManager,
  organizationUuid: string | null,
): Promise<PendingNotification[]> {
  const rows = await em.execute<
    { organization_id: string; revision: string; notified_revision: string; entity_ids: string[] }[]
  >(
    `select organization_id, revision, notified_revision,
            array(
              select distinct entity_id from access_change change
              where change.organization_id = organization_revision.organization_id
                and change.revision > notified_revision
            ) as entity_ids
     from access_revision organization_revision
     where notified_revision < revision and (?::uuid is null or organization_id = ?::uuid)`,
    [organizationUuid, organizationUuid],
  );
  return rows.map((row) => ({
    organizationUuid: row.organization_id,
    revision: Number(row.revision),
    notifiedRevision: Number(row.notified_revision),
    entityIds: row.entity_ids,
  }));
}

/**
 * SQL of a row source with one row. A statement that reads it commits without waiting for the disk. Use it for data
 * that may be lost in a crash of PostgreSQL.
 */
export const commitWithoutWaitingSql = `(select set_config('synchronous_commit', 'off', true)) as commit_setting`;

/**
 * Marks changes as notified. A notification covers the revisions from `afterRevision` + 1 to `revision`. While an older
 * revision outside of this range is pending, the change stays pending and is notified again. After a crash of
 * PostgreSQL, a lost mark only causes a second notification.
 */
export async function markNotified(
  em: EntityManager,
  notifiedChanges: readonly { organizationUuid: string; revision: number; afterRevision: number }[],
): Promise<void> {
  await em.execute(
    // Locks the rows in the order of their key, so that two replicas that mark the same organizations do not deadlock.
    `with notified_change as (
       select distinct organization_id, revision, after_revision
       from jsonb_to_recordset(?::jsonb) as row (organization_id uuid, revision bigint, after_revision bigint)
     ), locked_revision as (
       select access_revision.organization_id, notified_change.revision
       from access_revision join notified_change using (organization_id)
       where notified_revision < notified_change.revision and notified_revision >= notified_change.after_revision
       order by access_revision.organization_id for update of access_revision
     )
     update access_revision set notified_revision = locked_revision.revision
     from locked_revision, ${commitWithoutWaitingSql}
     where access_revision.organization_id = locked_revision.organization_id`,
    [
      JSON.stringify(
        notifiedChanges.map(({ organizationUuid, revision, afterRevision }) => ({
          organization_id: organizationUuid,
          revision,
          after_revision: afterRevision,
        })),
      ),
    ],
  );
}
