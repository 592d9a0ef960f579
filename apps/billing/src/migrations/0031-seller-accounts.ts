import { migration } from '@cordee/service/database/migration';

/** Several accounts of the seller: the account of each movement of money, and the accounts of a bank file. */
export const billing0031 = migration(
  '0031_seller_accounts',
  `
-- The IBAN of the account of the seller. Entries of earlier versions have no account.
alter table ledger_entry add column bank_account text;
-- Not valid: earlier entries are not read.
alter table ledger_entry add constraint ledger_entry_bank_account_check
  check (bank_account is null or account in ('bank', 'clearing')) not valid;
-- The accounts whose payments the file contains; null for a file of an earlier version.
alter table bank_file add column accounts text[];
`,
);
