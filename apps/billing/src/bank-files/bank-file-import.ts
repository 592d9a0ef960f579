import type { BankFileImport } from '@cordee/contracts/billing/bank-file-import';
import type { FieldError } from '@cordee/contracts/domain-error';
import { toId } from '@cordee/contracts/id';
import { instantOf } from '@cordee/service/database/sql-values';
import type * as z from 'zod';

type ImportView = z.input<typeof BankFileImport>;

export interface BankFileImportRow {
  id: string;
  status: 'queued' | 'done' | 'refused' | 'failed';
  total_bytes: string;
  requested_by: string;
  requested_at: string;
  finished_at: string | null;
  step: 'check' | 'book' | null;
  bytes_read: string | null;
  bookings: number | null;
  is_running: boolean;
}

/** The columns of {@link BankFileImportRow}, of `bank_file_import` joined with its progress. */
export const importColumnsSql = `id, status, total_bytes, requested_by, requested_at, finished_at, step, bytes_read,
  bookings, attempts is not null and next_attempt_at is null as is_running`;
export const importTablesSql = `bank_file_import left join bank_file_import_progress using (id)`;

export const viewImport = (row: BankFileImportRow): Omit<ImportView, 'report' | 'errors'> => ({
  id: toId('bfi', row.id),
  status: row.status === 'queued' && row.is_running ? 'running' : row.status,
  requestedBy: toId('acc', row.requested_by),
  requestedAt: instantOf(row.requested_at),
  finishedAt: row.finished_at === null ? null : instantOf(row.finished_at),
  progress: {
    step: row.step ?? 'check',
    // A small file is read once: its second step reads nothing.
    bytesRead: Number(row.status === 'done' ? row.total_bytes : (row.bytes_read ?? 0)),
    totalBytes: Number(row.total_bytes),
    bookings: row.bookings ?? 0,
  },
});

/** Converts errors of the reader. A pointer that is no path is the position of a syntax error. */
export const viewErrors = (errors: readonly FieldError[]): ImportView['errors'] =>
  errors.map(({ pointer, line, code, detail }) => ({
    line: line ?? null,
    path: pointer.startsWith('/') ? pointer : '',
    code,
    detail: /^line \d+, (column \d+)$/.exec(pointer) ? `${detail} (${pointer})` : detail,
  }));
