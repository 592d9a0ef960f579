import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';

type OrganizationId = `org_${string}`;

/** How long the changes of a revision are kept; a cache that is older than that loads everything. */
export const CHANGES_KEPT_MS = 3_600_000;

/**
 * Increments the access revision of an organization, as the last statement of the transaction that changes it (ACC-3).
 * The row lock makes changes of one organization commit one after the other, so a reader of a revision reads
 * all changes up to it. Sessions belong to no organization and count under `NO_ORGANIZATION`.
 */
export async function incrementRevision(
  em: EntityManager,
  organizationUuid: string,
  entityIds: readonly string[],
  now: Date,
): Promise<number> {
  const [row] = await em.execute<{ revision: string }[]>(
    `with counted as (
       insert into access_revision (organization_id, revision) values (?, 1)
       on conflict (organization_id) do update set revision = access_revision.revision + 1
       returning organization_id, revision
     ), changed as (
       insert into access_change (organization_id, revision, entity_id, changed_at)
       select organization_id, revision, entity_id, ? from counted, unnest(?::text[]) as entity_id
     )
     select revision from counted`,
    [organizationUuid, now, `{${[...new Set(entityIds)].join(',')}}`],
  );
  return Number(row!.revision);
}

/** The access revisions of organizations by UUID; at least as new as what this transaction has read. */
export async function readRevisions(
  em: EntityManager,
  organizationUuids: readonly string[],
): Promise<Map<string, number>> {
  const rows = await em.execute<{ organization_id: string; revision: string }[]>(
    `select organization_id, revision from access_revision where organization_id = any(?::uuid[])`,
    [`{${organizationUuids.join(',')}}`],
  );
  return new Map(rows.map((row) => [row.organization_id, Number(row.revision)]));
}

/** The access revision, and the ids that changed since an older one; null when unknown or not asked for. */
export interface ChangedSince {
  revision: number;
  changed: string[] | null;
}

/** Call it before reading the rows: they may then be newer than the revision, never older. */
export async function readChanges(
  em: EntityManager,
  organizationId: OrganizationId,
  since: number | undefined,
): Promise<ChangedSince> {
  const [row] = await em.execute<{ revision: string; known_from: string | null; changed: string[] }[]>(
    `select coalesce((select revision from access_revision where organization_id = ?), 0) as revision,
            (select min(revision) from access_change where organization_id = ?) as known_from,
            array(select distinct entity_id from access_change where organization_id = ? and revision > ?) as changed`,
    [toUuid(organizationId), toUuid(organizationId), toUuid(organizationId), since ?? Number.MAX_SAFE_INTEGER],
  );
  const revision = Number(row!.revision);
  const isKnown =
    since !== undefined &&
    since <= revision &&
    (since === revision || (row!.known_from !== null && Number(row!.known_from) <= since + 1));
  return { revision, changed: isKnown ? row!.changed : null };
}

/** A committed change whose notification may be missing after a crash. */
export interface PendingNotification {
  organizationId: string;
  revision: number;
  /** The revision up to which notifications were sent. */
  notified: number;
  entityIds: string[];
}

/** Pending notifications of an organization, or of all. Some may be in progress: notifying twice does no harm. */
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
              where change.organization_id = counted.organization_id and change.revision > notified_revision
            ) as entity_ids
     from access_revision counted
     where notified_revision < revision and (?::uuid is null or organization_id = ?::uuid)`,
    [organizationUuid, organizationUuid],
  );
  return rows.map((row) => ({
    organizationId: row.organization_id,
    revision: Number(row.revision),
    notified: Number(row.notified_revision),
    entityIds: row.entity_ids,
  }));
}

/** Marks changes as notified. A change stays pending, and is notified again, while an earlier one is pending. */
export async function markNotified(
  em: EntityManager,
  notified: readonly { organizationUuid: string; revision: number; after: number }[],
): Promise<void> {
  await em.execute(
    // Locks the rows in order of their key: two replicas that mark the same organizations must not deadlock.
    `with confirmed as (
       select distinct organization_id, revision, after
       from jsonb_to_recordset(?::jsonb) as row (organization_id uuid, revision bigint, after bigint)
     ), locked as (
       select access_revision.organization_id, confirmed.revision
       from access_revision join confirmed using (organization_id)
       where notified_revision < confirmed.revision and notified_revision >= confirmed.after
       order by access_revision.organization_id for update of access_revision
     )
     update access_revision set notified_revision = locked.revision
     from locked where access_revision.organization_id = locked.organization_id`,
    [
      JSON.stringify(
        notified.map(({ organizationUuid, revision, after }) => ({
          organization_id: organizationUuid,
          revision,
          after,
        })),
      ),
    ],
  );
}
