import { databaseRoles } from '@cordee/service/database/platform-tables';
import { openTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

const { sweep, staff } = databaseRoles('billing');

/** Imports of bank files that run as jobs. */
export const billing0014 = migration(
  '0014_bank_file_imports',
  `
create table bank_file_import (
  id uuid primary key,
  -- Null for a file that was not imported: it is deleted after a day.
  file_id uuid,
  total_bytes bigint not null,
  status text not null default 'queued' check (status in ('queued', 'done', 'refused', 'failed')),
  requested_by uuid not null,
  requested_at timestamptz(3) not null,
  finished_at timestamptz(3),
  -- The report of an import that is done.
  report jsonb,
  -- The errors of a refused file.
  errors jsonb not null default '[]'
);
create index bank_file_import_queued on bank_file_import (requested_at) where status = 'queued';

-- The progress of an import. It is a table of its own, because it changes while the transaction of the import locks the
-- row of the import.
create table bank_file_import_progress (
  id uuid primary key references bank_file_import (id),
  -- How often the import was started.
  attempts integer not null,
  -- When a failed import is started again; null while an import runs.
  next_attempt_at timestamptz(3),
  step text not null check (step in ('check', 'book')),
  bytes_read bigint not null,
  bookings integer not null
);
${openTables('billing', {
  bank_file_import: { reason: 'only the staff role has rights' },
  bank_file_import_progress: { reason: 'contains no data of customers' },
})}
grant select, insert, update (status, file_id, finished_at, report, errors) on bank_file_import to ${staff};
grant select on bank_file_import to ${sweep};
grant select on bank_file_import_progress to ${staff};
grant select, insert, update on bank_file_import_progress to ${sweep};
`,
);
