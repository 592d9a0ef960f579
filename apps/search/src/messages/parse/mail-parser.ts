import path from 'node:path';
import { DomainError } from '@cordee/contracts/domain-error';
import { WorkerLimitExceeded, WorkerPool } from '@cordee/service/worker-pool';
import type { MailWork } from './mail-parser.worker.ts';
import type { ParseResult } from './parse-message.ts';

/** The limit of the processor time for a message. An ordinary message takes at most about half of its limit. */
const BASE_MS = 200;
const MS_PER_MIB = 25;
const BYTES_PER_MIB = 1024 * 1024;
/** Enough for the largest message. The bytes of the message are outside the limited memory. */
const MEMORY_MIB = 512;

export type ParsedMail = ParseResult & { dedupKey: string };

/** Parses messages in worker threads. A message that exceeds a limit of a thread is quarantined. */
export class MailParser {
  private readonly pool: WorkerPool<MailWork, ParseResult, string>;

  constructor(threads: number) {
    // In a test, this file and the file of the thread are TypeScript.
    const file = new URL(`./mail-parser.worker${path.extname(import.meta.filename)}`, import.meta.url);
    this.pool = new WorkerPool({ file, threads, memoryMib: MEMORY_MIB });
  }

  /** Rejects with FILE_TOO_COMPLEX when even the dedup key, with which a message is quarantined, exceeds a limit. */
  async parse(organizationId: string, raw: Uint8Array, isTruncated: boolean): Promise<ParsedMail> {
    const cpuMs = BASE_MS + (raw.length / BYTES_PER_MIB) * MS_PER_MIB;
    let dedupKey = '';
    try {
      const result = await this.pool.run(organizationId, { raw, isTruncated }, cpuMs, (key) => (dedupKey = key));
      return { dedupKey, ...result };
    } catch (error) {
      if (!(error instanceof WorkerLimitExceeded)) throw error;
      // A busy machine can delay the thread so much that it has not even hashed the message.
      if (dedupKey === '') throw new DomainError('FILE_TOO_COMPLEX');
      const detail = `The message needs more ${error.limit} than the parser may use.`;
      return { dedupKey, reason: { code: 'MESSAGE_TOO_COMPLEX', detail } };
    }
  }

  /** Nest calls this method when the service stops. */
  async onApplicationShutdown(): Promise<void> {
    await this.pool.onApplicationShutdown();
  }
}
