import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';

type OrganizationId = `org_${string}`;

/** How long it stays known what a revision changed; a copy that is further behind asks for everything. */
export const CHANGES_KEPT_MS = 3_600_000;

/**
 * Counts a change of an organization's access facts, last in the transaction that makes it (ACC-3). Those who change one organization's facts
 * commit one after the other from here on, so that whoever reads a revision reads everything up to it. Sessions, which belong to no organization,
 * are counted under `NOBODY`.
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

/** How far the access facts of organizations are, by UUID; at least as far as what this transaction has read. */
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

/** How far an organization's facts are, and what has changed since a revision: null when that is not known any more, or everything was asked for. */
export interface ChangedSince {
  revision: number;
  changed: string[] | null;
}

/** Read it before the facts themselves: rows may then be newer than it says, never older. */
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

/** What was committed and perhaps told to nobody: whoever was to tell it was killed in between. */
export interface PendingNotification {
  organizationId: string;
  revision: number;
  entityIds: string[];
}

/** What is untold of an organization, or of all. What is being told at this moment is among it: telling twice does no harm. */
export async function readPendingNotifications(
  em: EntityManager,
  organizationUuid: string | null,
): Promise<PendingNotification[]> {
  const rows = await em.execute<{ organization_id: string; revision: string; entity_ids: string[] }[]>(
    `select organization_id, revision,
            array(select distinct entity_id from access_change change where change.organization_id = counted.organization_id and change.revision > notified_revision) as entity_ids
     from access_revision counted where notified_revision < revision and (?::uuid is null or organization_id = ?::uuid)`,
    [organizationUuid, organizationUuid],
  );
  return rows.map((row) => ({
    organizationId: row.organization_id,
    revision: Number(row.revision),
    entityIds: row.entity_ids,
  }));
}

/** Puts on record that everybody has heard. */
export async function markNotified(
  em: EntityManager,
  notified: readonly { organizationUuid: string; revision: number }[],
): Promise<void> {
  await em.execute(
    `update access_revision counted set notified_revision = heard.revision
     from jsonb_to_recordset(?::jsonb) as heard (organization_id uuid, revision bigint)
     where counted.organization_id = heard.organization_id and counted.notified_revision < heard.revision`,
    [
      JSON.stringify(
        notified.map(({ organizationUuid, revision }) => ({ organization_id: organizationUuid, revision })),
      ),
    ],
  );
}
