import { protectTenantTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

/** Stored e-invoices, and the address of a buyer in Peppol. */
export const billing0018 = migration(
  '0018_e_invoices',
  `
alter table address add column peppol_id text;

-- The e-invoices of paid invoices and of credit notes, which all downloads return.
create table e_invoice (
  organization_id uuid not null,
  document_id uuid not null,
  format text not null check (format in ('ubl', 'factur-x')),
  file_id uuid not null,
  sha256 bytea not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, document_id, format)
);
create index e_invoice_file on e_invoice (file_id);
${protectTenantTables('billing', [{ name: 'e_invoice', may: ['insert'] }])}
`,
);
