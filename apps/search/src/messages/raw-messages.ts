import { DomainError } from '@cordee/contracts/domain-error';
import type { FileKey, Files, StoredFile } from '@cordee/service/files';
import type { EntityManager } from '@mikro-orm/postgresql';
import { splitMbox } from './intake/mbox.ts';
import { MESSAGE_LIMITS } from './intake/parsed-message.ts';

export interface RawMessage {
  raw: Uint8Array;
  /** Longer than a message may be: `raw` is its beginning. */
  isTruncated: boolean;
}

/** The messages of an uploaded file, one after the other; of an mbox no more is held than one message and one chunk. */
export async function* rawMessages(
  em: EntityManager,
  files: Files,
  place: FileKey,
  { contentType }: StoredFile,
): AsyncGenerator<RawMessage> {
  switch (contentType.split(';')[0]!.trim().toLowerCase()) {
    case 'message/rfc822':
      yield { raw: await files.read(em, place), isTruncated: false };
      return;
    case 'application/mbox':
      yield* splitMbox(chunks(em, files, place), MESSAGE_LIMITS.size);
      return;
    default:
      throw new DomainError('FILE_NOT_MAIL');
  }
}

async function* chunks(em: EntityManager, files: Files, place: FileKey): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; position += 1) {
    const bytes = await files.chunk(em, place, position);
    if (!bytes) return;
    yield bytes;
  }
}
