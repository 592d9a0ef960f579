import path from 'node:path';
import { DomainError } from '@cordee/contracts/domain-error';
import { WorkerLimitExceeded, WorkerPool } from '@cordee/service/worker-pool';
import type { ReceiptContent } from '../../receipts/receipt-pdf.ts';
import type { DocumentContent } from './document-content.ts';

/** The limit of the processor time for a document. A document of 100 pages takes about a tenth of this time. */
const CPU_MS = 20_000;
const MEMORY_MIB = 512;

/** Renders documents and receipts as PDF in worker threads. */
export class DocumentRenderer {
  private readonly pool: WorkerPool<DocumentContent | ReceiptContent, Uint8Array>;

  constructor(threads: number) {
    // In a test, this file and the file of the thread are TypeScript.
    const file = new URL(`./document-renderer.worker${path.extname(import.meta.filename)}`, import.meta.url);
    this.pool = new WorkerPool({ file, threads, memoryMib: MEMORY_MIB });
  }

  /** Rejects with DOCUMENT_TOO_LARGE when the document exceeds a limit of its thread. */
  render(organizationId: string, content: DocumentContent | ReceiptContent): Promise<Uint8Array> {
    return this.pool.run(organizationId, content, CPU_MS).catch((error: unknown) => {
      throw error instanceof WorkerLimitExceeded ? new DomainError('DOCUMENT_TOO_LARGE') : error;
    });
  }

  /** Nest calls this method when the service stops. */
  async onApplicationShutdown(): Promise<void> {
    await this.pool.onApplicationShutdown();
  }
}
