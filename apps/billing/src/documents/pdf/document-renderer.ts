import path from 'node:path';
import { DomainError } from '@cordee/contracts/domain-error';
import { WorkerLimitExceeded, WorkerPool } from '@cordee/service/worker-pool';
import type { SellerLogo } from '../../seller/seller-logo.ts';
import type { ReceiptContent } from '../../receipts/receipt-pdf.ts';
import type { DocumentContent } from './document-content.ts';
import type { PdfPart, RenumberedPdf } from './renumber-pdf.ts';

/** The tasks of the threads. */
export type RendererInput = DocumentContent | ReceiptContent | PdfPart;

/** The data that every document of a thread contains. */
export interface RendererData {
  readonly logo: SellerLogo | undefined;
}

/** The limits of a task. A document of 100 pages takes about a tenth of the processor time. */
const LIMITS = { cpuMs: 20_000, memoryMib: 512 };

/** Renders documents and receipts as PDF in worker threads. */
export class DocumentRenderer {
  private readonly pool: WorkerPool<RendererInput, Uint8Array | RenumberedPdf>;

  constructor(
    threads: number,
    logo?: SellerLogo,
    private readonly limits = LIMITS,
  ) {
    // In a test, this file and the file of the thread are TypeScript.
    const file = new URL(`./document-renderer.worker${path.extname(import.meta.filename)}`, import.meta.url);
    const data: RendererData = { logo };
    this.pool = new WorkerPool({ file, threads, memoryMib: limits.memoryMib, data });
  }

  /** Rejects with DOCUMENT_TOO_LARGE when the document exceeds a limit of its thread. */
  render(organizationId: string, content: DocumentContent | ReceiptContent): Promise<Uint8Array> {
    return this.run<Uint8Array>(organizationId, content);
  }

  /** Renumbers the objects of a PDF for a larger PDF. Rejects as `render`. */
  renumber(organizationId: string, part: PdfPart): Promise<RenumberedPdf> {
    return this.run<RenumberedPdf>(organizationId, part);
  }

  private run<T extends Uint8Array | RenumberedPdf>(organizationId: string, input: RendererInput): Promise<T> {
    return this.pool.run(organizationId, input, this.limits.cpuMs).catch((error: unknown) => {
      throw error instanceof WorkerLimitExceeded ? new DomainError('DOCUMENT_TOO_LARGE') : error;
    }) as Promise<T>;
  }

  /** Nest calls this method when the service stops. */
  async onApplicationShutdown(): Promise<void> {
    await this.pool.onApplicationShutdown();
  }
}
