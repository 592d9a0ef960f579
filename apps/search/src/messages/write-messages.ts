import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import { upsertMessages, type MessageEntry } from '../index/message-entry.ts';
import { executeBound } from '@cordee/service/database/orm';
import type { StemCache } from '../index/stem-cache.ts';
import { loadStems } from '../index/load-stems.ts';
import type { QuarantineReason } from './parse/parsed-message.ts';

export interface QuarantinedMessage extends QuarantineReason {
  /** Position in the file, from 0. */
  index: number;
  dedupKey: string;
  size: number;
}

interface QuarantineSource {
  organizationId: `org_${string}`;
  resourceId: `res_${string}`;
  fileId: `fil_${string}`;
}

/** Writes the entries in one statement. Returns the number of new messages. */
export async function writeMessages(
  em: EntityManager,
  stemCache: StemCache,
  entries: readonly MessageEntry[],
): Promise<number> {
  if (entries.length === 0) return 0;
  const forms = entries.flatMap(({ vector }) => [...vector.forms]);
  const { sql, parameters } = upsertMessages(entries, await loadStems(em, stemCache, forms));
  // In PostgreSQL, `xmax` is 0 for an inserted row and not 0 for a row that `on conflict do update` updated.
  const rows = await executeBound<{ is_new: boolean }>(em, `${sql} returning xmax = 0 as is_new`, parameters);
  return rows.filter((row) => row.is_new).length;
}

/** Stores quarantined messages that are not stored yet. Returns the number of new rows. */
export async function writeQuarantine(
  em: EntityManager,
  source: QuarantineSource,
  messages: readonly QuarantinedMessage[],
  now: Date,
): Promise<number> {
  if (messages.length === 0) return 0;
  const rows = messages.map(({ index, dedupKey, size, code, detail }) => ({
    position: index,
    dedup_key: dedupKey,
    size,
    code,
    detail,
  }));
  const inserted = await executeBound(
    em,
    `insert into quarantine (organization_id, mailbox_id, file_id, dedup_key, position, size, code, detail, created_at)
     select $1::uuid, $2::uuid, $3::uuid, dedup_key, entry.position, size, code, detail, $4::timestamptz
     from json_to_recordset($5::json)
       as entry(dedup_key text, position integer, size bigint, code text, detail text)
     on conflict do nothing returning 1`,
    [
      toUuid(source.organizationId),
      toUuid(source.resourceId),
      toUuid(source.fileId),
      now.toISOString(),
      JSON.stringify(rows),
    ],
  );
  return inserted.length;
}
