import { serveWork } from '@cordee/service/serve-work';
import { dedupKey } from '../dedup-key.ts';
import { parseMessage, type ParseResult } from './parse-message.ts';
import { MESSAGE_LIMITS } from './parsed-message.ts';

export interface MailWork {
  raw: Uint8Array;
  isTruncated: boolean;
  /** True when only the dedup key is needed. */
  keyOnly?: boolean;
}

export interface MailWorkResult {
  dedupKey: string;
  /** Undefined when only the dedup key is needed. */
  result: ParseResult | undefined;
}

serveWork(async ({ raw, isTruncated, keyOnly }: MailWork): Promise<MailWorkResult> => {
  const key = dedupKey(raw);
  if (keyOnly) return { dedupKey: key, result: undefined };
  if (!isTruncated) return { dedupKey: key, result: await parseMessage(raw) };
  const detail = `The message has more than ${MESSAGE_LIMITS.size} bytes.`;
  return { dedupKey: key, result: { reason: { code: 'MESSAGE_TOO_LARGE', detail } } };
});
