import { setImmediate as nextTurn } from 'node:timers/promises';
import { DomainError } from '@cordee/contracts/domain-error';
import type { FileKey, Files, StoredFile } from '@cordee/service/files';
import type { EntityManager } from '@mikro-orm/postgresql';
import { splitMbox } from './parse/mbox.ts';
import { MESSAGE_LIMITS } from './parse/parsed-message.ts';

/**
 * The size of the pieces of a chunk. Between two pieces, the event loop handles other requests. A piece of empty lines
 * takes about 10 ms.
 */
const PIECE_BYTES = 16 * 1024;

export interface RawMessage {
  raw: Uint8Array;
  /** True when the message exceeds the size limit. `raw` then contains the beginning of the message. */
  isTruncated: boolean;
}

/**
 * Streams the messages of an uploaded file: an .eml file is one message; an mbox file has many. Keeps at most one
 * message and one chunk of an mbox in memory.
 */
export async function* rawMessages(
  em: EntityManager,
  files: Files,
  fileKey: FileKey,
  { contentType }: StoredFile,
): AsyncGenerator<RawMessage> {
  switch (contentType.split(';')[0]!.trim().toLowerCase()) {
    case 'message/rfc822':
      // `parseMessage` checks the size of this message.
      yield { raw: await files.read(em, fileKey), isTruncated: false };
      return;
    case 'application/mbox':
      yield* splitMbox(readChunks(em, files, fileKey), MESSAGE_LIMITS.size);
      return;
    default:
      throw new DomainError('FILE_NOT_MAIL');
  }
}

async function* readChunks(em: EntityManager, files: Files, fileKey: FileKey): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; position += 1) {
    const bytes = await files.readChunk(em, fileKey, position);
    if (!bytes) return;
    for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
      yield bytes.subarray(start, start + PIECE_BYTES);
      await nextTurn();
    }
  }
}
