import path from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { WorkerLimitExceeded, WorkerPool } from '@cordee/service/worker-pool';
import type { BankFileOutline, EntrySet } from './bank-file.ts';
import { invalidBankFile } from './bank-file-errors.ts';
import type { ReaderAnswer, ReaderRequest, ReadingResult, ReadingTask } from './camt-reader-protocol.ts';

/**
 * The processor time that a file may take is `BASE_MS` and `MS_PER_MIB` for each MiB. A file of 50 MiB with payments
 * takes about a quarter of this time.
 */
const BASE_MS = 1_000;
const MS_PER_MIB = 400;
/** The file was checked within its time. The booking takes longer, and the limits of a thread count also its waits. */
const BOOKING_FACTOR = 10;
const BYTES_PER_MIB = 1024 * 1024;
const MAX_MEMORY_MIB = 1_024;
const YOUNG_MEMORY_MIB = 4;
/** The pool has a queue per owner. Bank files belong to the provider, not to an organization. */
const QUEUE_OWNER = 'provider';

/** A stored file, which is read chunk by chunk and as often as needed. */
export interface StoredChunks {
  /** The size in bytes. */
  readonly size: number;
  /** Returns a chunk, or undefined after the last chunk. */
  readChunk(position: number): Promise<Uint8Array | undefined>;
}

/** A file without errors in structure and sums. */
export interface CheckedBankFile {
  readonly outline: BankFileOutline;
  /** Calls `process` with all entries, set by set and in the order of the file. */
  readSets(process: (set: EntrySet) => Promise<void>): Promise<void>;
}

/** Copies a chunk, because its buffer may contain other data and the copy moves to the thread. */
function copyInto(usedBuffer: ArrayBuffer | undefined, chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  const isLargeEnough = usedBuffer !== undefined && usedBuffer.byteLength >= chunk.length;
  const copy = new Uint8Array(isLargeEnough ? usedBuffer : new ArrayBuffer(chunk.length), 0, chunk.length);
  copy.set(chunk);
  return copy;
}

/** Reads bank files in worker threads. */
export class CamtReader {
  private readonly pool: WorkerPool<ReadingTask, ReadingResult>;

  constructor(threads: number) {
    // The extension is `.ts` in tests and `.js` in the build.
    const file = new URL(`./camt-reader.worker${path.extname(import.meta.filename)}`, import.meta.url);
    this.pool = new WorkerPool({ file, threads, memoryMib: MAX_MEMORY_MIB, youngMemoryMib: YOUNG_MEMORY_MIB });
  }

  /**
   * Checks a file. Throws BANK_FILE_INVALID for a file with errors, and for a file that exceeds the time or memory of a
   * thread. A file with more than one set of entries is read again for its entries, so that it is never in memory.
   */
  async check(file: StoredChunks): Promise<CheckedBankFile> {
    const { outline, onlySet } = await this.run(file, 'check');
    return {
      outline,
      readSets: async (process) => {
        if (!onlySet) await this.run(file, 'book', process);
        else if (onlySet.length > 0) await process(onlySet);
      },
    };
  }

  /** Nest calls this method when the service stops. */
  async onApplicationShutdown(): Promise<void> {
    await this.pool.onApplicationShutdown();
  }

  private async run(
    file: StoredChunks,
    purpose: ReadingTask['purpose'],
    processSet: (set: EntrySet) => Promise<void> = async () => {},
  ): Promise<ReadingResult> {
    const { port1: port, port2 } = new MessageChannel();
    let position = 0;
    const answer = async (request: ReaderRequest): Promise<ReaderAnswer> => {
      if (request.kind === 'chunk') {
        const chunk = await file.readChunk(position++);
        return { bytes: chunk && copyInto(request.usedBuffer, chunk) };
      }
      await processSet(request.set);
      return {};
    };
    const failed = new Promise<never>((_, reject) => {
      port.on('message', (request: ReaderRequest) => {
        answer(request).then(
          (message) => port.postMessage(message, message.bytes ? [message.bytes.buffer] : []),
          reject,
        );
      });
    });
    const cpuMs = BASE_MS + (file.size / BYTES_PER_MIB) * MS_PER_MIB;
    const limitMs = purpose === 'book' ? cpuMs * BOOKING_FACTOR : cpuMs;
    try {
      const result = this.pool.run(QUEUE_OWNER, { purpose, port: port2 }, limitMs, undefined, [port2]);
      return await Promise.race([result, failed]);
    } catch (error) {
      if (!(error instanceof WorkerLimitExceeded)) throw error;
      const detail = `the file needs more ${error.limit} than the reader may use`;
      throw invalidBankFile(detail, [{ pointer: '', code: 'FILE_TOO_COMPLEX', detail }]);
    } finally {
      port.close();
    }
  }
}
