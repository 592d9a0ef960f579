import { createHash } from 'node:crypto';
import type { Files, StoredFile } from '@cordee/service/files';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import type { BillingContext } from '../billing-context.ts';
import { Invoice } from './invoice.entity.ts';
import type { DocumentRenderer } from './pdf/document-renderer.ts';
import { isDefinitive, printedDocument } from './printed-document.ts';
import { readDocument, type DocumentId } from './stored-document.ts';

interface DownloadDependencies {
  readonly files: Files;
  readonly renderer: DocumentRenderer;
}

/** The key of a document. */
interface DocumentKey {
  readonly organizationId: `org_${string}`;
  readonly documentId: DocumentId;
}

/**
 * Returns the PDF of a document. A definitive invoice is rendered once and stored with its hash, so that all downloads
 * return the same bytes, also after a change of the renderer (DOC-3). Other documents are rendered at each download.
 */
export async function downloadDocument(
  context: BillingContext,
  dependencies: DownloadDependencies,
  { organizationId, documentId }: DocumentKey,
): Promise<StoredFile> {
  const { em } = context;
  const invoice = await lockInvoice(em, { organizationId, documentId });
  if (invoice?.pdfFileId) return dependencies.files.describe(em, { organizationId, fileId: invoice.pdfFileId });
  const rendering = await render(context, dependencies, { organizationId, documentId });
  return store(context, dependencies, { organizationId, invoice, ...rendering });
}

/** Returns the bytes of {@link downloadDocument}, and stores them only when the document is a definitive invoice. */
export async function readDocumentPdf(
  context: BillingContext,
  dependencies: DownloadDependencies,
  { organizationId, documentId }: DocumentKey,
): Promise<Uint8Array> {
  const { em } = context;
  const invoice = await lockInvoice(em, { organizationId, documentId });
  if (invoice?.pdfFileId) return dependencies.files.read(em, { organizationId, fileId: invoice.pdfFileId });
  const rendering = await render(context, dependencies, { organizationId, documentId });
  if (rendering.isDefinitive) await store(context, dependencies, { organizationId, invoice, ...rendering });
  return rendering.bytes;
}

/** The row lock makes concurrent downloads of an invoice wait until the first download has stored the file. */
export async function lockInvoice(
  em: EntityManager,
  { organizationId, documentId }: DocumentKey,
): Promise<Invoice | null> {
  if (!documentId.startsWith('inv')) return null;
  return em.findOne(
    Invoice,
    { organizationId, id: documentId as `inv_${string}` },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
}

interface Rendering {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly isDefinitive: boolean;
}

async function render(
  { em, now, seller }: BillingContext,
  { renderer }: DownloadDependencies,
  { organizationId, documentId }: DocumentKey,
): Promise<Rendering> {
  const { row, lines } = await readDocument(em, organizationId, documentId, seller.today(now));
  const bytes = await renderer.render(organizationId, printedDocument(row, lines));
  return { name: `${row.number}.pdf`, bytes, isDefinitive: isDefinitive(row) };
}

/** Stores a rendering. The invoice keeps the definitive rendering. */
async function store(
  { em, now }: BillingContext,
  { files }: DownloadDependencies,
  {
    organizationId,
    invoice,
    name,
    bytes,
    isDefinitive: keepsFile,
  }: Rendering & { organizationId: `org_${string}`; invoice: Invoice | null },
): Promise<StoredFile> {
  const file = await files.write(em, now, { organizationId, name, contentType: 'application/pdf', bytes });
  if (invoice && keepsFile) {
    invoice.pdfFileId = file.fileId;
    invoice.pdfSha256 = createHash('sha256').update(bytes).digest();
  }
  return file;
}
