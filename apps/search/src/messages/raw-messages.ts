import { DomainError } from '@cordee/contracts/domain-error';
import type { FileKey, Files, StoredFile } from '@cordee/service/files';
import type { EntityManager } from '@mikro-orm/postgresql';
import { splitMbox } from './parse/mbox.ts';
import { MESSAGE_LIMITS } from './parse/parsed-message.ts';

export interface RawMessage {
  raw: Uint8Array;
  /** True when the message exceeds the size limit. `raw` then contains the beginning of the message. */
  isTruncated: boolean;
}

/** Streams the messages of an uploaded file. Keeps at most one message and one chunk of an mbox in memory. */
export async function* rawMessages(
  em: EntityManager,
  files: Files,
  location: FileKey,
  { contentType }: StoredFile,
): AsyncGenerator<RawMessage> {
  switch (contentType.split(';')[0]!.trim().toLowerCase()) {
    case 'message/rfc822':
      yield { raw: await files.read(em, location), isTruncated: false };
      return;
    case 'application/mbox':
      yield* splitMbox(readChunks(em, files, location), MESSAGE_LIMITS.size);
      return;
    default:
      throw new DomainError('FILE_NOT_MAIL');
  }
}

async function* readChunks(em: EntityManager, files: Files, location: FileKey): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; position += 1) {
    const bytes = await files.chunk(em, location, position);
    if (!bytes) return;
    yield bytes;
  }
}
