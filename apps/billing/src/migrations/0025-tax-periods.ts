import { migration } from '@cordee/service/database/migration';

/** The day on which a taxed invoice was issued: reports state corrections of earlier periods apart. */
export const billing0025 = migration(
  '0025_tax_periods',
  `
-- Null for entries of earlier versions, which count in the period of their booking.
alter table ledger_entry add column tax_issued_on date;
`,
);
