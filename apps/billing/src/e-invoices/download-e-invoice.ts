import { createHash } from 'node:crypto';
import { toId, toUuid } from '@cordee/contracts/id';
import { advisoryLock } from '@cordee/service/database/advisory-lock';
import type { Files, StoredFile } from '@cordee/service/files';
import type { BillingContext } from '../billing-context.ts';
import { lockInvoice } from '../documents/download-document.ts';
import type { DocumentRenderer } from '../documents/pdf/document-renderer.ts';
import { isDefinitive, printedDocument } from '../documents/printed-document.ts';
import { readDocument, type DocumentId } from '../documents/stored-document.ts';
import { describeEInvoice, type EInvoiceSource } from './describe-e-invoice.ts';
import { writeCii } from './write-cii.ts';
import { writeUbl } from './write-ubl.ts';

interface EInvoiceKey {
  readonly organizationId: `org_${string}`;
  readonly documentId: DocumentId;
  readonly format: 'ubl' | 'factur-x';
}

/**
 * Returns the e-invoice of a document. The e-invoice of a paid invoice or a credit note is written once and stored with
 * its hash, so that all downloads return the same bytes, also after a change of the writer.
 */
export async function downloadEInvoice(
  { em, now, seller }: BillingContext,
  { files, renderer }: { files: Files; renderer: DocumentRenderer },
  { organizationId, documentId, format }: EInvoiceKey,
): Promise<StoredFile> {
  // Concurrent first downloads wait until the first of them has stored the file, and so does a reversal of the payment.
  await advisoryLock(em, `e-invoice ${documentId}`);
  await lockInvoice(em, { organizationId, documentId });
  const key = [toUuid(organizationId), toUuid(documentId), format];
  const [stored] = await em.execute<{ file_id: string }[]>(
    `select file_id from e_invoice where organization_id = ? and document_id = ? and format = ?`,
    key,
  );
  if (stored) return files.describe(em, { organizationId, fileId: toId('fil', stored.file_id) });
  const { row, lines } = await readDocument(em, organizationId, documentId, seller.today(now));
  const [invoice] =
    row.kind === 'credit_note'
      ? await em.execute<{ issued_on: string }[]>(
          `select issued_on::text from invoice where organization_id = ? and id = ?`,
          [toUuid(organizationId), row.invoice_id],
        )
      : [];
  const source: EInvoiceSource = { ...row, corrected_invoice_issued_on: invoice?.issued_on ?? null };
  const terms = describeEInvoice(source, lines);
  const isUbl = format === 'ubl';
  const bytes = isUbl
    ? Buffer.from(writeUbl(terms), 'utf8')
    : await renderer.render(organizationId, {
        ...printedDocument(row, lines),
        // Factur-X has profiles of its own; the XML in the PDF follows EN 16931 alone.
        attachedInvoice: writeCii({ ...terms, profile: 'en16931' }),
      });
  const file = await files.write(em, now, {
    organizationId,
    name: isUbl ? `${row.number}.xml` : `${row.number}-factur-x.pdf`,
    contentType: isUbl ? 'application/xml' : 'application/pdf',
    bytes,
  });
  if (row.kind === 'credit_note' || isDefinitive(row))
    await em.execute(
      `insert into e_invoice (organization_id, document_id, format, file_id, sha256, created_at)
       values (?, ?, ?, ?, ?, ?)`,
      [...key, toUuid(file.fileId), createHash('sha256').update(bytes).digest(), now],
    );
  return file;
}
