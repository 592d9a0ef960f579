import path from 'node:path';
import { DomainError } from '@cordee/contracts/domain-error';
import { WorkerLimitExceeded, WorkerPool } from '@cordee/service/worker-pool';
import type { BankFile } from './bank-file.ts';

/**
 * The processor time that a file may take is `BASE_MS` and `MS_PER_MIB` for each MiB. A file of 50 MiB with payments
 * takes about a quarter of this time.
 */
const BASE_MS = 1_000;
const MS_PER_MIB = 400;
const BYTES_PER_MIB = 1024 * 1024;
const MAX_MEMORY_MIB = 1_024;
/** The pool has a queue per owner. Bank files belong to the provider, not to an organization. */
const QUEUE_OWNER = 'provider';

/** Reads bank files in worker threads. */
export class CamtReader {
  private readonly pool: WorkerPool<Uint8Array, BankFile>;

  constructor(threads: number) {
    // The extension is `.ts` in tests and `.js` in the build.
    const file = new URL(`./camt-reader.worker${path.extname(import.meta.filename)}`, import.meta.url);
    this.pool = new WorkerPool({ file, threads, memoryMib: MAX_MEMORY_MIB });
  }

  /** Throws BANK_FILE_INVALID for a file with errors, and for a file that exceeds the time or memory of a thread. */
  async read(file: Uint8Array): Promise<BankFile> {
    try {
      return await this.pool.run(QUEUE_OWNER, file, BASE_MS + (file.length / BYTES_PER_MIB) * MS_PER_MIB);
    } catch (error) {
      if (!(error instanceof WorkerLimitExceeded)) throw error;
      const detail = `the file needs more ${error.limit} than the reader may use`;
      throw new DomainError('BANK_FILE_INVALID', {
        detail,
        errors: [{ pointer: '', code: 'FILE_TOO_COMPLEX', detail }],
      });
    }
  }

  /** Nest calls this method when the service stops. */
  async onApplicationShutdown(): Promise<void> {
    await this.pool.onApplicationShutdown();
  }
}
