import path from 'node:path';
import { DomainError } from '@cordee/contracts/domain-error';
import { WorkerLimitExceeded, WorkerPool } from '@cordee/service/worker-pool';
import type { MailWork } from './mail-parser.worker.ts';
import type { ParseResult } from './parse-message.ts';

/** The limit of the processor time for a message. An ordinary message takes at most three quarters of its limit. */
const CPU_TIME_LIMIT = { baseMs: 120, msPerMib: 20 };
const BYTES_PER_MIB = 1024 * 1024;
/** Memory of a thread: enough for the largest message, whose bytes are outside this limit. */
const MEMORY_MIB = 512;

export type ParsedMail = ParseResult & { dedupKey: string };

/** Parses messages in worker threads. A message that exceeds a limit of a thread is quarantined. */
export class MailParser {
  private readonly pool: WorkerPool<MailWork, ParseResult, string>;

  constructor(
    threads: number,
    private readonly cpuTimeLimit = CPU_TIME_LIMIT,
  ) {
    // In a test, this file and the file of the thread are TypeScript.
    const file = new URL(`./mail-parser.worker${path.extname(import.meta.filename)}`, import.meta.url);
    this.pool = new WorkerPool({ file, threads, memoryMib: MEMORY_MIB });
  }

  /**
   * Parses a message. Rejects with FILE_TOO_COMPLEX when a limit ends the thread before the dedup key is known: the
   * quarantine needs the key.
   */
  async parse(organizationId: string, raw: Uint8Array, isTruncated: boolean): Promise<ParsedMail> {
    const { baseMs, msPerMib } = this.cpuTimeLimit;
    const cpuMs = baseMs + (raw.length / BYTES_PER_MIB) * msPerMib;
    let dedupKey = '';
    try {
      const result = await this.pool.run(organizationId, { raw, isTruncated }, cpuMs, (key) => (dedupKey = key));
      return { dedupKey, ...result };
    } catch (error) {
      if (!(error instanceof WorkerLimitExceeded)) throw error;
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
