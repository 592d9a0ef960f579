import type { DocumentExport } from '@cordee/contracts/billing/document-export';
import { DomainError } from '@cordee/contracts/domain-error';
import { toId, toUuid } from '@cordee/contracts/id';
import { instantOf, instantOrNull } from '@cordee/service/database/sql-values';
import type { StoredFile } from '@cordee/service/files';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import type { CsvFormat } from '../csv/csv-row.ts';
import type { DocumentFilter } from '../documents/document-filter.ts';

/** The file of an export is deleted after this time. */
export const EXPORT_LIFETIME_MS = 7 * 24 * 3_600_000;

/** The filters and the form of an export, as stored. */
export type ExportRequest = Omit<DocumentFilter, 'organizationId'> & { readonly csvFormat: CsvFormat };

/** The row of an export, with the description of its file. */
export interface DocumentExportRow {
  id: string;
  format: 'zip' | 'pdf' | 'csv';
  delivery: 'download' | 'mail';
  status: 'queued' | 'done' | 'failed' | 'expired';
  requested_by: string;
  requested_at: string;
  finished_at: string | null;
  expires_at: string | null;
  documents: number;
  total_documents: number;
  /** Until when a worker has the export; null while nobody works. */
  claimed_until: string | null;
  error_code: string | null;
  file_id: string | null;
  name: string | null;
  content_type: string | null;
  size: string | null;
}

/** SQL that selects the exports of an organization as `DocumentExportRow`. Parameter: the organization. */
export const exportsSql = `
  select export.id, format, delivery, status, requested_by, requested_at, finished_at, expires_at, documents,
         total_documents, claimed_until, error_code, file_id, name, content_type, size
  from document_export export
  left join file on file.organization_id = export.organization_id and file.id = export.file_id
  where export.organization_id = ?`;

/** Converts a row to the shape of the contract. */
export const viewExport = (row: DocumentExportRow): z.input<typeof DocumentExport> => ({
  id: toId('dex', row.id),
  format: row.format,
  delivery: row.delivery,
  status: row.status === 'queued' && row.claimed_until !== null ? 'running' : row.status,
  requestedBy: toId('acc', row.requested_by),
  requestedAt: instantOf(row.requested_at),
  finishedAt: instantOrNull(row.finished_at),
  expiresAt: instantOrNull(row.expires_at),
  progress: { documents: row.documents, totalDocuments: row.total_documents },
  file: row.name === null ? null : { name: row.name, contentType: row.content_type!, size: Number(row.size) },
  errorCode: row.error_code,
});

/** Reads an export. Throws DOCUMENT_EXPORT_NOT_FOUND. */
export async function readExport(
  em: EntityManager,
  { organizationId, documentExportId }: { organizationId: `org_${string}`; documentExportId: `dex_${string}` },
): Promise<DocumentExportRow> {
  const [row] = await em.execute<DocumentExportRow[]>(`${exportsSql} and export.id = ?`, [
    toUuid(organizationId),
    toUuid(documentExportId),
  ]);
  if (!row) throw new DomainError('DOCUMENT_EXPORT_NOT_FOUND');
  return row;
}

/** Returns the file of an export. Throws DOCUMENT_EXPORT_NOT_READY or DOCUMENT_EXPORT_EXPIRED. */
export function fileOf(row: DocumentExportRow, now: Date): StoredFile {
  const hasExpired = row.expires_at !== null && new Date(row.expires_at) <= now;
  if (row.status === 'expired' || hasExpired) throw new DomainError('DOCUMENT_EXPORT_EXPIRED');
  if (row.file_id === null) throw new DomainError('DOCUMENT_EXPORT_NOT_READY');
  return {
    fileId: toId('fil', row.file_id),
    name: row.name!,
    contentType: row.content_type!,
    size: Number(row.size),
  };
}
