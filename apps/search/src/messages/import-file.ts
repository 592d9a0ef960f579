import { DomainError } from '@cordee/contracts/domain-error';
import { newId, toUuid } from '@cordee/contracts/id';
import type { Files } from '@cordee/service/files';
import type { EntityManager } from '@mikro-orm/postgresql';
import { messageEntry, type MessageEntry } from '../index/message-entry.ts';
import type { StemCache } from '../index/stem-cache.ts';
import { folderRole } from './folder-role.ts';
import type { MailParser } from './parse/mail-parser.ts';
import type { ParsedMessage } from './parse/parsed-message.ts';
import { writeMessages, writeQuarantine, type QuarantinedMessage } from './write-messages.ts';
import { mailFlags } from './mail-flags.ts';
import { rawMessages } from './raw-messages.ts';

/** A batch is written when it reaches one of these limits. */
const BATCH_MESSAGES = 200;
const BATCH_BYTES = 8 * 1024 * 1024;
/** The maximum number of messages in one file. */
const MAX_MESSAGES = 100_000;
/** The maximum number of messages in one file that exceed the limits of the parser. Each of them takes much time. */
const MAX_COMPLEX_MESSAGES = 10;

interface ImportRequest {
  organizationId: `org_${string}`;
  resourceId: `res_${string}`;
  fileId: `fil_${string}`;
  folder: string;
  now: Date;
}

interface ImportResult {
  /** The number of new messages. */
  accepted: number;
  /** The number of messages that the mailbox or an earlier part of the file already contains. */
  alreadyThere: number;
  quarantined: QuarantinedMessage[];
  /** The number of quarantined messages that no earlier import quarantined. */
  newlyQuarantined: number;
}

/**
 * Imports the messages of a file in batches. A malformed message is quarantined and does not stop the import (SRCH-8).
 */
export async function importFile(
  em: EntityManager,
  { files, stemCache, parser }: { files: Files; stemCache: StemCache; parser: MailParser },
  request: ImportRequest,
): Promise<ImportResult> {
  const result: ImportResult = { accepted: 0, alreadyThere: 0, quarantined: [], newlyQuarantined: 0 };
  const importedKeys = new Set<string>();
  let batch: MessageEntry[] = [];
  let batchBytes = 0;
  const writeBatch = async (): Promise<void> => {
    const newCount = await writeMessages(em, stemCache, batch);
    result.accepted += newCount;
    result.alreadyThere += batch.length - newCount;
    batch = [];
    batchBytes = 0;
  };
  let index = 0;
  let complexCount = 0;
  for await (const message of rawMessages(em, files, request, await files.describe(em, request))) {
    if (index === MAX_MESSAGES) throw new DomainError('MBOX_TOO_LONG');
    const { dedupKey: key, ...parsed } = await parser.parse(request.organizationId, message.raw, message.isTruncated);
    // A batch is written in one statement, which must not contain a key twice.
    if (importedKeys.has(key)) {
      result.alreadyThere += 1;
    } else if ('reason' in parsed) {
      result.quarantined.push({ index, dedupKey: key, size: message.raw.length, ...parsed.reason });
      if (parsed.reason.code === 'MESSAGE_TOO_COMPLEX') complexCount += 1;
      if (complexCount > MAX_COMPLEX_MESSAGES) throw new DomainError('FILE_TOO_COMPLEX');
    } else {
      importedKeys.add(key);
      batch.push(entryOf(parsed.message, key, request));
      batchBytes += message.raw.length;
      if (batch.length === BATCH_MESSAGES || batchBytes >= BATCH_BYTES) await writeBatch();
    }
    index += 1;
  }
  await writeBatch();
  result.newlyQuarantined = await writeQuarantine(em, request, result.quarantined, request.now);
  return result;
}

function entryOf(
  message: ParsedMessage,
  key: string,
  { organizationId, resourceId, folder, now }: ImportRequest,
): MessageEntry {
  return messageEntry(message, {
    organizationId: toUuid(organizationId),
    id: toUuid(newId('msg', now)),
    mailboxId: toUuid(resourceId),
    dedupKey: key,
    folder,
    folderRole: folderRole(folder),
    ...mailFlags(message),
    importedAt: now.toISOString(),
  });
}
