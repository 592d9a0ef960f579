import { createHash } from 'node:crypto';
import type { Files, StoredFile } from '@cordee/service/files';
import { LockMode } from '@mikro-orm/postgresql';
import type { BillingContext } from '../billing-context.ts';
import { Invoice } from './invoice.entity.ts';
import type { DocumentRenderer } from './pdf/document-renderer.ts';
import { isDefinitive, printedDocument } from './printed-document.ts';
import { readDocument, type DocumentId } from './stored-document.ts';

/**
 * Returns the PDF of a document. A definitive invoice is rendered once and stored with its hash, so that all downloads
 * return the same bytes, also after a change of the renderer (DOC-3). Other documents are rendered at each download.
 */
export async function downloadDocument(
  { em, now, seller }: BillingContext,
  { files, renderer }: { files: Files; renderer: DocumentRenderer },
  organizationId: `org_${string}`,
  documentId: DocumentId,
): Promise<StoredFile> {
  const isInvoice = documentId.startsWith('inv');
  // The row lock makes concurrent downloads wait until the first download has stored the file.
  const invoice = isInvoice
    ? await em.findOne(
        Invoice,
        { organizationId, id: documentId as `inv_${string}` },
        { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
      )
    : null;
  if (invoice?.pdfFileId) return files.describe(em, { organizationId, fileId: invoice.pdfFileId });
  const { row, lines } = await readDocument(em, organizationId, documentId, seller.today(now));
  const bytes = await renderer.render(organizationId, printedDocument(row, lines));
  const file = await files.write(em, now, {
    organizationId,
    name: `${row.number}.pdf`,
    contentType: 'application/pdf',
    bytes,
  });
  if (invoice && isDefinitive(row)) {
    invoice.pdfFileId = file.fileId;
    invoice.pdfSha256 = createHash('sha256').update(bytes).digest();
  }
  return file;
}
