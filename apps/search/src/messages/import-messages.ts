import { DomainError } from '@cordee/contracts/domain-error';
import { newId, toUuid } from '@cordee/contracts/id';
import type { Files } from '@cordee/service/files';
import type { EntityManager } from '@mikro-orm/postgresql';
import { messageEntry, type MessageEntry } from '../index/message-entry.ts';
import type { StemCache } from '../index/stem-cache.ts';
import { folderRole } from './folder-role.ts';
import { parseMessage, type MessageReading } from './intake/parse-message.ts';
import { MESSAGE_LIMITS } from './intake/parsed-message.ts';
import { writeMessages, writeQuarantine, type Quarantined } from './intake-batch.ts';
import { mailMarks } from './mail-marks.ts';
import { rawMessages, type RawMessage } from './raw-messages.ts';
import { sourceKey } from './source-key.ts';

/** Written together; the second bound is for long letters. */
const BATCH = 200;
const BATCH_BYTES = 8 * 1024 * 1024;
const MOST_MESSAGES = 100_000;

export interface Import {
  organizationId: `org_${string}`;
  resourceId: `res_${string}`;
  fileId: `fil_${string}`;
  folder: string;
  now: Date;
}

export interface Imported {
  accepted: number;
  alreadyThere: number;
  quarantined: Quarantined[];
  /** Of those, the ones that were not there from an earlier try. */
  newlyQuarantined: number;
}

/** Takes the messages of a file into a mailbox, in sets. What is bad is set aside with its reason and does not stop the rest (SRCH-8). */
export async function importMessages(
  em: EntityManager,
  { files, stems }: { files: Files; stems: StemCache },
  wanted: Import,
): Promise<Imported> {
  const imported: Imported = { accepted: 0, alreadyThere: 0, quarantined: [], newlyQuarantined: 0 };
  const seen = new Set<string>();
  let batch: MessageEntry[] = [];
  let bytes = 0;
  const write = async (): Promise<void> => {
    const added = await writeMessages(em, stems, batch);
    imported.accepted += added;
    imported.alreadyThere += batch.length - added;
    batch = [];
    bytes = 0;
  };
  let index = 0;
  for await (const message of rawMessages(em, files, wanted, await files.describe(em, wanted))) {
    if (index === MOST_MESSAGES) throw new DomainError('MBOX_TOO_LONG');
    const key = sourceKey(message.raw);
    if (seen.has(key)) {
      imported.alreadyThere += 1;
    } else {
      const reading = await read(message);
      if ('reason' in reading) {
        imported.quarantined.push({ index, sourceKey: key, size: message.raw.length, ...reading.reason });
      } else {
        seen.add(key);
        batch.push(placed(reading, key, wanted));
        bytes += message.raw.length;
        if (batch.length === BATCH || bytes >= BATCH_BYTES) await write();
      }
    }
    index += 1;
  }
  await write();
  imported.newlyQuarantined = await writeQuarantine(em, wanted, imported.quarantined, wanted.now);
  return imported;
}

async function read({ raw, isTruncated }: RawMessage): Promise<MessageReading> {
  return isTruncated
    ? { reason: { code: 'MESSAGE_TOO_LARGE', detail: `The message has more than ${MESSAGE_LIMITS.size} bytes.` } }
    : parseMessage(raw);
}

function placed(
  { message }: Extract<MessageReading, { message: unknown }>,
  key: string,
  { organizationId, resourceId, folder, now }: Import,
): MessageEntry {
  return messageEntry(message, {
    organizationId: toUuid(organizationId),
    id: toUuid(newId('msg', now)),
    mailboxId: toUuid(resourceId),
    sourceKey: key,
    folder,
    folderRole: folderRole(folder),
    ...mailMarks(message),
    takenAt: now.toISOString(),
  });
}
