import { serveWork } from '@cordee/service/serve-work';
import { dedupKey } from '../dedup-key.ts';
import { InMemoryBlob } from './in-memory-blob.ts';
import { parseMessage, type ParseResult } from './parse-message.ts';
import { MESSAGE_LIMITS } from './parsed-message.ts';

export interface MailWork {
  raw: Uint8Array;
  isTruncated: boolean;
}

// The mail parser library makes a Blob of the lines of each part.
globalThis.Blob = InMemoryBlob as unknown as typeof Blob;

/** Sends the dedup key first, because the import also needs the key of a message that exceeds a limit. */
serveWork(async ({ raw, isTruncated }: MailWork, sendDedupKey: (key: string) => void): Promise<ParseResult> => {
  sendDedupKey(dedupKey(raw));
  if (!isTruncated) return parseMessage(raw);
  const detail = `The message has more than ${MESSAGE_LIMITS.size} bytes.`;
  return { reason: { code: 'MESSAGE_TOO_LARGE', detail } };
});
