import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import { upsertMessages, type MessageEntry } from '../index/message-entry.ts';
import { runSql } from '../index/run-sql.ts';
import type { StemCache } from '../index/stem-cache.ts';
import { stemsOf } from '../index/stems-of.ts';
import type { QuarantineReason } from './intake/parsed-message.ts';

/** A message that was set aside. */
export interface Quarantined extends QuarantineReason {
  /** Its place in the file, from 0. */
  index: number;
  sourceKey: string;
  size: number;
}

export interface QuarantinePlace {
  organizationId: `org_${string}`;
  resourceId: `res_${string}`;
  fileId: `fil_${string}`;
}

/** Writes the entries in one statement and says how many of them are new. */
export async function writeMessages(
  em: EntityManager,
  stems: StemCache,
  entries: readonly MessageEntry[],
): Promise<number> {
  if (entries.length === 0) return 0;
  const forms = entries.flatMap(({ vector }) => [...vector.forms]);
  const { sql, parameters } = upsertMessages(entries, await stemsOf(em, stems, forms));
  // A row that was there before has been updated, and only an updated row carries the number of a transaction that touched it.
  const rows = await runSql<{ is_new: boolean }>(em, `${sql} returning xmax = 0 as is_new`, parameters);
  return rows.filter((row) => row.is_new).length;
}

/** Keeps why messages were set aside, each once, and says how many of them are new. */
export async function writeQuarantine(
  em: EntityManager,
  place: QuarantinePlace,
  set: readonly Quarantined[],
  now: Date,
): Promise<number> {
  if (set.length === 0) return 0;
  const rows = set.map(({ index, sourceKey, size, code, detail }) => ({
    place: index,
    source_key: sourceKey,
    size,
    code,
    detail,
  }));
  const kept = await runSql(
    em,
    `insert into quarantine (organization_id, mailbox_id, file_id, source_key, place, size, code, detail, created_at)
     select $1::uuid, $2::uuid, $3::uuid, source_key, place, size, code, detail, $4::timestamptz
     from json_to_recordset($5::json) as entry(source_key text, place integer, size bigint, code text, detail text)
     on conflict do nothing returning 1`,
    [
      toUuid(place.organizationId),
      toUuid(place.resourceId),
      toUuid(place.fileId),
      now.toISOString(),
      JSON.stringify(rows),
    ],
  );
  return kept.length;
}
