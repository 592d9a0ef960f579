import { toId } from '@cordee/contracts/id';
import type { BackgroundTransactions } from '@cordee/service/background-transactions';
import type { Files } from '@cordee/service/files';
import type { EntityManager } from '@mikro-orm/postgresql';
import { filteredDocumentsQuery, type DocumentFilter } from '../documents/document-filter.ts';
import { readDocumentPdf } from '../documents/download-document.ts';
import type { DocumentRenderer } from '../documents/pdf/document-renderer.ts';
import { prefixOfKind, type DocumentId, type StoredDocument } from '../documents/stored-document.ts';
import type { Seller } from '../seller/seller.ts';
import type { ClaimedExport } from './claimed-export.ts';

/** The number of PDFs that are read or rendered while the consumer processes a PDF. */
const PDFS_AHEAD = 3;

interface ExportedDocument {
  readonly documentId: DocumentId;
  readonly number: string;
}

/** Finds the documents that match a filter, the oldest first. */
export async function findExportedDocuments(
  em: EntityManager,
  filter: DocumentFilter,
  today: string,
  limit: number,
): Promise<ExportedDocument[]> {
  const { sql, parameters } = filteredDocumentsQuery(filter, today);
  const rows = await em.execute<Pick<StoredDocument, 'id' | 'kind' | 'number'>[]>(
    `select id, kind, number from (${sql}) document order by issued_on, id limit ?`,
    [...parameters, limit],
  );
  return rows.map(({ id, kind, number }) => ({ documentId: toId(prefixOfKind[kind], id), number }));
}

export interface ExportDependencies {
  readonly background: BackgroundTransactions;
  readonly files: Files;
  readonly renderer: DocumentRenderer;
  readonly seller: Seller;
}

/** An export that runs, and what it needs to write its file. */
export interface ExportRun extends ExportDependencies {
  readonly claimedExport: ClaimedExport;
  readonly signal: AbortSignal;
}

/** Yields the PDFs in order. Each PDF is read or rendered in a transaction of its own. */
export async function* readPdfs(
  documents: readonly ExportedDocument[],
  { background, files, renderer, seller, claimedExport, signal }: ExportRun,
): AsyncGenerator<{ number: string; bytes: Uint8Array }> {
  const { organizationId } = claimedExport.request;
  const read = ({ documentId }: ExportedDocument): Promise<Uint8Array> =>
    background.asSystem((context) =>
      readDocumentPdf({ ...context, seller }, { files, renderer }, { organizationId, documentId }),
    );
  const pending: Promise<Uint8Array>[] = [];
  let started = 0;
  for (const [index, { number }] of documents.entries()) {
    signal.throwIfAborted();
    for (; started < documents.length && started <= index + PDFS_AHEAD; started += 1) {
      const pdf = read(documents[started]!);
      // The error is thrown when the turn of the document comes.
      pdf.catch(() => undefined);
      pending.push(pdf);
    }
    yield { number, bytes: await pending.shift()! };
    await claimedExport.report(index + 1);
  }
}
