import * as z from 'zod';
import { command, query } from '../contract.ts';
import { FilePage, FileReference, declareFileContracts } from '../file.ts';
import { idSchema } from '../id.ts';
import { pageErrors, pageInput } from '../values.ts';
import { DocumentId, documentExamples, documentFilter, documentNotFound } from './document.ts';

const organizationId = idSchema('org');
const { ids } = documentExamples;

export const billingFiles = declareFileContracts('billing', ['reminders']);

export const downloadDocument = command({
  subject: 'rpc.billing.document.download.v1',
  http: {
    method: 'GET',
    path: '/v1/organizations/:organizationId/documents/:documentId/pdf',
    download: ['application/pdf'],
  },
  access: 'document:read',
  summary: 'Download a document as PDF',
  // DOC-3
  description:
    'An unpaid invoice is marked as not definitive. Unpaid documents contain a QR-bill. ' +
    'All downloads of a paid invoice return the same bytes.',
  input: z.object({ organizationId, documentId: DocumentId }),
  output: FileReference,
  errors: {
    ...documentNotFound,
    DOCUMENT_TOO_LARGE: { status: 422, title: 'The document is too large for a PDF' },
  },
  example: {
    input: ids,
    output: {
      fileId: 'fil_01je5nryg0fgz9y05x3mqpmjrg',
      name: 'INV-2026-000001.pdf',
      contentType: 'application/pdf',
      size: 48_213,
    },
  },
});

export const downloadEInvoice = command({
  subject: 'rpc.billing.document.download_e_invoice.v1',
  http: {
    method: 'GET',
    path: '/v1/organizations/:organizationId/documents/:documentId/e-invoice',
    download: ['application/xml', 'application/pdf'],
  },
  access: 'document:read',
  summary: 'Download an invoice or a credit note as e-invoice (EN 16931)',
  // DOC-8
  description:
    '`ubl`: UBL 2.1. `factur-x`: a PDF/A-3 that contains the same data as XML (Cross Industry Invoice). The ' +
    'specification is XRechnung when the buyer is in Germany and its reference is a Leitweg-ID, and Peppol BIS ' +
    'Billing when the address has a `peppolId` and a reference or a purchase order; the XML of a Factur-X follows ' +
    'EN 16931. ' +
    'All downloads of a paid invoice or a credit note in one format return the same bytes.',
  input: z.object({
    organizationId,
    documentId: DocumentId,
    format: z.enum(['ubl', 'factur-x']).default('ubl'),
  }),
  output: FileReference,
  errors: {
    ...documentNotFound,
    DOCUMENT_TOO_LARGE: { status: 422, title: 'The document is too large for a PDF' },
    E_INVOICE_NOT_AVAILABLE: { status: 422, title: 'The document cannot be an e-invoice' },
  },
  example: {
    input: { ...ids, format: 'ubl' },
    output: {
      fileId: 'fil_01je5nryg0fgz9y05x3mqpmjrg',
      name: 'INV-2026-000001.xml',
      contentType: 'application/xml',
      size: 5_213,
    },
  },
});

export const csvFormat = z
  .enum(['comma', 'semicolon_bom'])
  .default('comma')
  .describe('`comma`: separator `,`. `semicolon_bom`: separator `;` and a byte order mark. Both use a decimal point');

export const exportDocuments = query({
  subject: 'rpc.billing.document.export_page.v1',
  http: {
    method: 'GET',
    path: '/v1/organizations/:organizationId/documents.csv',
    download: ['text/csv; charset=utf-8'],
    isPaged: true,
  },
  access: 'document:read',
  summary: 'Export documents as CSV, newest first',
  // DOC-2
  description:
    'One row per document and VAT rate. `net` and `vat` are the amounts of the rate; amounts of the whole document ' +
    '(`total`, `open`, `totalChf` and the cash rounding `rounding`) are only in its first row. A text that a ' +
    'spreadsheet would execute or change has an apostrophe in front. `totalChf` is at the official rate of the month ' +
    'of issue, and empty while that rate is not known.',
  input: z.object({
    ...documentFilter,
    format: csvFormat,
    cursor: pageInput.cursor,
  }),
  output: FilePage,
  errors: pageErrors,
  example: {
    input: { organizationId: ids.organizationId },
    output: {
      name: 'documents.csv',
      contentType: 'text/csv; charset=utf-8',
      bytes: 'bnVtYmVyLGtpbmQNCg==',
      nextCursor: null,
    },
  },
});

/** The reminders service calls this command before it sends a document to the mailboxes of its billing address. */
export const renderDocument = command({
  subject: 'rpc.billing.document.render.v1',
  access: 'service',
  callers: ['reminders'],
  summary: 'Render a document as PDF to attach it to a mail',
  input: z.object({ organizationId, documentId: DocumentId }),
  output: FileReference,
  errors: {
    ...documentNotFound,
    DOCUMENT_TOO_LARGE: { status: 422, title: 'The document is too large for a PDF' },
  },
  example: { input: ids, output: downloadDocument.example.output },
});
