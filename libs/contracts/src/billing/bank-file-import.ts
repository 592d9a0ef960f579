import * as z from 'zod';
import { command, query } from '../contract.ts';
import { LARGE_FILE_MAX_BYTES } from '../file.ts';
import { idSchema } from '../id.ts';
import { Instant, page, pageErrors, pageInput } from '../values.ts';
import { BankFileReport, importBankFile } from './bank-file.ts';

const summaryFields = {
  id: idSchema('bfi'),
  status: z
    .enum(['queued', 'running', 'done', 'refused', 'failed'])
    .describe(
      'queued, running: not booked yet. done: booked. refused: the file has errors, nothing was booked. failed: the ' +
        'import ended with an unexpected error several times, nothing was booked',
    ),
  requestedBy: idSchema('acc'),
  requestedAt: Instant,
  finishedAt: Instant.nullable(),
  progress: z
    .object({
      step: z.enum(['check', 'book']).describe('The file is first checked as a whole, and then booked'),
      bytesRead: z.int().describe('Bytes that the step has read'),
      totalBytes: z.int(),
      bookings: z.int().describe('Bookings that are processed; they count when the import is done'),
    })
    .describe('A restarted import starts again at zero'),
};

const BankFileImportSummary = z
  .object(summaryFields)
  .meta({ id: 'BankFileImportSummary', description: 'An import of a bank file' });

export const BankFileImport = z
  .object({
    ...summaryFields,
    report: BankFileReport.nullable().describe('The result of an import that is done'),
    errors: z
      .array(
        z.object({
          line: z.int().nullable().describe('Line of the file, from 1; null for an error of the whole file'),
          path: z.string().describe('Path of the element, like XPath; empty for an error that no element has'),
          code: z.string(),
          detail: z.string(),
        }),
      )
      .describe('The first 100 errors of a refused file'),
  })
  .meta({ id: 'BankFileImport', description: 'An import of a bank file, with its report or its errors' });

const summaryExample = {
  id: 'bfi_01je5nryg0fgz9y05x3mqpmjrg',
  status: 'done' as const,
  requestedBy: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
  requestedAt: '2026-01-31T08:59:00.000Z',
  finishedAt: '2026-01-31T09:00:00.000Z',
  progress: { step: 'book' as const, bytesRead: 120_000_000, totalBytes: 120_000_000, bookings: 90_000 },
};

export const startBankFileImport = command({
  subject: 'rpc.billing.bank_file_import.start.v1',
  http: {
    method: 'POST',
    path: '/v1/staff/bank-file-imports',
    status: 202,
    upload: ['application/xml', 'text/xml'],
    maxUploadBytes: LARGE_FILE_MAX_BYTES,
  },
  access: 'staff',
  summary: 'Start the import of a large bank file (camt.053 or camt.054)',
  // PAY-2
  description:
    'Like `importBankFile`, for a file of up to 200 MiB. The answer comes before the file is checked and booked: ' +
    '`getBankFileImport` returns the progress, and the report or the errors. One transaction books the whole file or ' +
    'nothing. A stop of the service restarts the import.',
  input: z.object({ fileId: idSchema('fil') }),
  output: BankFileImport,
  errors: { FILE_NOT_FOUND: { status: 404, title: 'There is no such file' } },
  example: {
    input: { fileId: 'fil_01je5nryg0fgz9y05x3mqpmjrg' },
    output: {
      ...summaryExample,
      status: 'queued',
      finishedAt: null,
      progress: { step: 'check', bytesRead: 0, totalBytes: 120_000_000, bookings: 0 },
      report: null,
      errors: [],
    },
  },
});

export const getBankFileImport = query({
  subject: 'rpc.billing.bank_file_import.get.v1',
  http: { method: 'GET', path: '/v1/staff/bank-file-imports/:bankFileImportId' },
  access: 'staff',
  summary: 'Get the progress of an import of a bank file, its report or its errors',
  input: z.object({ bankFileImportId: idSchema('bfi') }),
  output: BankFileImport,
  errors: { BANK_FILE_IMPORT_NOT_FOUND: { status: 404, title: 'There is no such import of a bank file' } },
  example: {
    input: { bankFileImportId: summaryExample.id },
    output: { ...summaryExample, report: importBankFile.example.output, errors: [] },
  },
});

export const listBankFileImports = query({
  subject: 'rpc.billing.bank_file_import.list.v1',
  http: { method: 'GET', path: '/v1/staff/bank-file-imports' },
  access: 'staff',
  summary: 'List the imports of large bank files, newest first',
  input: z.object(pageInput),
  output: page(BankFileImportSummary),
  errors: pageErrors,
  example: { input: {}, output: { data: [summaryExample], nextCursor: null } },
});
