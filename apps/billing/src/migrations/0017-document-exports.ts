import { protectTenantTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

/** Exports of many documents as one file. */
export const billing0017 = migration(
  '0017_document_exports',
  `
create table document_export (
  organization_id uuid not null,
  id uuid not null,
  format text not null check (format in ('zip', 'pdf', 'csv')),
  delivery text not null check (delivery in ('download', 'mail')),
  -- The filters, and the form of a CSV.
  request jsonb not null,
  status text not null default 'queued' check (status in ('queued', 'done', 'failed', 'expired')),
  documents integer not null default 0,
  total_documents integer not null,
  attempts integer not null default 0,
  -- Until when a worker has the export.
  claimed_until timestamptz(3),
  next_attempt_at timestamptz(3),
  requested_by uuid not null,
  requested_at timestamptz(3) not null,
  finished_at timestamptz(3),
  expires_at timestamptz(3),
  error_code text,
  -- Null until the export is done, and after its file has expired.
  file_id uuid,
  primary key (organization_id, id)
);
create index document_export_queued on document_export (organization_id, requested_at, id) where status = 'queued';
create index document_export_done on document_export (expires_at) where status = 'done';
create index document_export_file on document_export (file_id) where file_id is not null;

create table document_export_setting (
  organization_id uuid primary key,
  -- True when mails contain the file of an export.
  attaches_files boolean not null
);
${protectTenantTables('billing', [
  { name: 'document_export', may: ['insert', 'update'] },
  { name: 'document_export_setting', may: ['insert', 'update'] },
])}
`,
);
