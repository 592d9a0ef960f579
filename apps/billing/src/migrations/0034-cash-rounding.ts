import { migration } from '@cordee/service/database/migration';

/** The ledger account of the cash rounding of documents. */
export const billing0034 = migration(
  '0034_cash_rounding',
  `
-- Not valid: the earlier constraint allows less, so entries need not be read again.
alter table ledger_entry drop constraint ledger_entry_account_check, add constraint ledger_entry_account_check
  check (account in (
    'bank', 'clearing', 'card', 'outgoing', 'prepaid', 'reserved', 'receivable', 'revenue', 'vat', 'bank_fees',
    'card_fees', 'payment_differences', 'cash_rounding', 'bad_debt', 'interest', 'suspense', 'own_movements'
  )) not valid;
insert into journal_account (account, number, name) values ('cash_rounding', '3809', 'Cash rounding');
`,
);
