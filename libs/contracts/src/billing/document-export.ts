import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { FileReference } from '../file.ts';
import { idSchema } from '../id.ts';
import { Instant, page, pageErrors, pageInput } from '../values.ts';
import { documentFilter, DocumentId } from './document.ts';
import { csvFormat } from './document-download.ts';

const organizationId = idSchema('org');
const ids = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  documentExportId: 'dex_01je5nryg0fgz9y05x3mqpmjrg',
};

/** The largest number of documents in one file. A CSV has no limit. */
export const MAX_EXPORTED_DOCUMENTS = { zip: 5_000, pdf: 1_000, csv: undefined } as const;
/** The largest number of documents that an export can list by id. */
const MAX_LISTED_DOCUMENTS = 1_000;

const format = z
  .enum(['zip', 'pdf', 'csv'])
  .describe(
    `\`zip\`: a PDF per document, at most ${MAX_EXPORTED_DOCUMENTS.zip} documents. \`pdf\`: one PDF to print, at ` +
      `most ${MAX_EXPORTED_DOCUMENTS.pdf} documents. \`csv\`: a table, without a limit`,
  );
const delivery = z
  .enum(['download', 'mail'])
  .describe('`mail`: the requester also gets a mail, with the file or with a link that requires a sign-in');

export const DocumentExport = z
  .object({
    id: idSchema('dex'),
    format,
    delivery,
    status: z
      .enum(['queued', 'running', 'done', 'failed', 'expired'])
      .describe('done: the file can be downloaded until `expiresAt`. failed: see `errorCode`'),
    requestedBy: idSchema('acc'),
    requestedAt: Instant,
    finishedAt: Instant.nullable(),
    expiresAt: Instant.nullable().describe('When the file is deleted; null until the export is done'),
    progress: z
      .object({ documents: z.int().describe('Documents that the file contains so far'), totalDocuments: z.int() })
      .describe('A restarted export starts again at zero'),
    file: z.object({ name: z.string(), contentType: z.string(), size: z.int().describe('Bytes') }).nullable(),
    errorCode: z.string().nullable().describe('Why the export failed'),
  })
  .meta({ id: 'DocumentExport', description: 'A file with many documents' });

const example = {
  id: ids.documentExportId,
  format: 'zip' as const,
  delivery: 'download' as const,
  status: 'done' as const,
  requestedBy: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
  requestedAt: '2026-01-31T08:59:00.000Z',
  finishedAt: '2026-01-31T09:00:00.000Z',
  expiresAt: '2026-02-07T09:00:00.000Z',
  progress: { documents: 120, totalDocuments: 120 },
  file: { name: 'documents-2026-01-31.zip', contentType: 'application/zip', size: 5_760_000 },
  errorCode: null,
};

const notFoundErrors = {
  DOCUMENT_EXPORT_NOT_FOUND: { status: 404, title: 'There is no such export of documents' },
} as const;

const fileErrors = {
  ...notFoundErrors,
  DOCUMENT_EXPORT_NOT_READY: { status: 409, title: 'The export has no file yet' },
  DOCUMENT_EXPORT_EXPIRED: { status: 410, title: 'The file of the export was deleted' },
} as const;

export const startDocumentExport = command({
  subject: 'rpc.billing.document_export.start.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/document-exports', status: 202 },
  access: 'document:read',
  // DOC-2
  summary: 'Export many documents as one file',
  description:
    'Takes the filters of `listDocuments`, or the ids of documents. The answer comes before the file exists: ' +
    '`getDocumentExport` returns the progress. The oldest document is first in the file; in a CSV, the newest. In a ' +
    'ZIP, the PDF of a paid invoice has the same bytes as its download.',
  input: z.object({
    ...documentFilter,
    documentIds: z
      .array(DocumentId)
      .min(1)
      .max(MAX_LISTED_DOCUMENTS)
      .optional()
      .describe('Only these documents; they must also match the other filters'),
    format,
    csvFormat,
    delivery: delivery.default('download'),
  }),
  output: DocumentExport,
  errors: {
    DOCUMENT_NOT_FOUND: { status: 404, title: 'There is no such document' },
    DOCUMENT_EXPORT_EMPTY: { status: 422, title: 'No document matches the filters' },
    DOCUMENT_EXPORT_TOO_LARGE: { status: 422, title: 'Too many documents match the filters' },
    DOCUMENT_EXPORTS_TOO_MANY: { status: 429, title: 'Too many exports of the organization wait' },
  },
  idempotencyKey: 'required',
  example: {
    input: { organizationId: ids.organizationId, format: 'zip', from: '2025-01-01', to: '2025-12-31' },
    output: {
      ...example,
      status: 'queued',
      finishedAt: null,
      expiresAt: null,
      progress: { documents: 0, totalDocuments: 120 },
      file: null,
    },
  },
});

export const getDocumentExport = query({
  subject: 'rpc.billing.document_export.get.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/document-exports/:documentExportId' },
  access: 'document:read',
  summary: 'Get the progress of an export of documents',
  input: z.object({ organizationId, documentExportId: idSchema('dex') }),
  output: DocumentExport,
  errors: notFoundErrors,
  example: { input: ids, output: example },
});

export const listDocumentExports = query({
  subject: 'rpc.billing.document_export.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/document-exports' },
  access: 'document:read',
  summary: 'List the exports of documents, newest first',
  input: z.object({ organizationId, ...pageInput }),
  output: page(DocumentExport),
  errors: pageErrors,
  example: { input: { organizationId: ids.organizationId }, output: { data: [example], nextCursor: null } },
});

export const downloadDocumentExport = command({
  subject: 'rpc.billing.document_export.download.v1',
  http: {
    method: 'GET',
    path: '/v1/organizations/:organizationId/document-exports/:documentExportId/file',
    download: ['application/zip', 'application/pdf', 'text/csv; charset=utf-8'],
  },
  access: 'document:read',
  summary: 'Download the file of an export of documents',
  input: z.object({ organizationId, documentExportId: idSchema('dex') }),
  output: FileReference,
  errors: fileErrors,
  example: { input: ids, output: { fileId: 'fil_01je5nryg0fgz9y05x3mqpmjrg', ...example.file } },
});

export const DocumentExportSettings = z
  .object({
    attachesFiles: z
      .boolean()
      .describe(
        'True when mails contain the file of an export, up to 10 MiB. Otherwise they contain a link, which requires ' +
          'a sign-in and the right to see documents',
      ),
  })
  .meta({ id: 'DocumentExportSettings', description: 'How an organization gets exports of documents by mail' });

export const getDocumentExportSettings = query({
  subject: 'rpc.billing.document_export.get_settings.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/document-export-settings' },
  access: 'document:read',
  summary: 'Get whether mails contain the files of exports of documents',
  input: z.object({ organizationId }),
  output: DocumentExportSettings,
  errors: {},
  example: { input: { organizationId: ids.organizationId }, output: { attachesFiles: false } },
});

export const changeDocumentExportSettings = command({
  subject: 'rpc.billing.document_export.change_settings.v1',
  http: { method: 'PUT', path: '/v1/organizations/:organizationId/document-export-settings' },
  access: 'organization:manage',
  summary: 'Change whether mails contain the files of exports of documents',
  input: DocumentExportSettings.extend({ organizationId }),
  output: DocumentExportSettings,
  errors: {},
  example: {
    input: { organizationId: ids.organizationId, attachesFiles: true },
    output: { attachesFiles: true },
  },
});

/** The reminders service calls this query before it builds the mail of an export. */
export const getDocumentExportDelivery = query({
  subject: 'rpc.billing.document_export.get_delivery.v1',
  access: 'service',
  callers: ['reminders'],
  summary: 'Get an export of documents, and whether its mail contains the file',
  input: z.object({ organizationId, documentExportId: idSchema('dex') }),
  output: z.object({ export: DocumentExport, isAttached: z.boolean() }),
  errors: notFoundErrors,
  example: { input: ids, output: { export: { ...example, delivery: 'mail' }, isAttached: true } },
});

/** The reminders service calls this query when it sends the mail of an export. */
export const getDocumentExportFile = query({
  subject: 'rpc.billing.document_export.get_file.v1',
  access: 'service',
  callers: ['reminders'],
  summary: 'Get the file of an export of documents to attach it to a mail',
  input: z.object({ organizationId, documentExportId: idSchema('dex') }),
  output: FileReference,
  errors: fileErrors,
  example: { input: ids, output: downloadDocumentExport.example.output },
});

export const documentExportFinished = event({
  subject: 'evt.billing.document_export.finished.v1',
  summary: 'The file of an export of documents can be downloaded',
  entity: 'documentExportId',
  data: z.object({
    organizationId,
    documentExportId: idSchema('dex'),
    requestedBy: idSchema('acc'),
    delivery,
    format,
    documents: z.int(),
    expiresAt: Instant,
  }),
  example: {
    ...ids,
    requestedBy: example.requestedBy,
    delivery: 'mail',
    format: 'zip',
    documents: 120,
    expiresAt: example.expiresAt,
  },
});
