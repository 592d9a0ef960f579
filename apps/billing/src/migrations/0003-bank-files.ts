import { openTables } from '@cordee/service/database/tenant-tables';
import { databaseRoles } from '@cordee/service/database/platform-tables';
import { migration } from '@cordee/service/database/migration';

const { runtime, sweep, staff } = databaseRoles('billing');

/** The report that counts, the clearing of both reports, the identity of bookings, own movements, known payers. */
export const billing0003 = migration(
  '0003_bank_files',
  `
drop table bank_booking_identity;
drop index bank_booking_batch;
drop index bank_booking_payer;
alter table bank_booking
  drop column batch,
  drop column is_batch_total,
  add column account text,
  add column direction text not null default 'credit' check (direction in ('credit', 'debit')),
  -- A hash of the fields that every bank writes; equal bookings have the same key.
  add column identity_key uuid,
  -- The references, and a hash of the text and the payer.
  add column identity jsonb;
alter table bank_booking alter column direction drop default;
alter table bank_booking drop constraint bank_booking_status_check;
alter table bank_booking add constraint bank_booking_status_check
  check (status in ('paid', 'prepaid', 'suspense', 'reversed', 'total', 'own_movement', 'ignored'));
create index bank_booking_identity_key on bank_booking (identity_key) where identity_key is not null;
create index bank_booking_amount on bank_booking (currency, amount);
create index bank_booking_file on bank_booking (bank_file_id, position);
-- The id of a booking of a bank file does not say whose ledger has it.
create index ledger_entry_booking on ledger_entry (booking_id);

-- The entries with money of customers in each report. Cleared entries add up to zero.
create table clearing_entry (
  id uuid primary key,
  account text not null,
  report text not null check (report in ('053', '054')),
  -- False when the other report need not contain the entry.
  is_awaited boolean not null,
  currency text not null,
  -- Positive for a credit of the account statement; a notification has the opposite sign.
  amount bigint not null,
  value_on date not null,
  reference text,
  bank_file_id uuid not null references bank_file (id),
  -- The booking of an entry in the report that does not count.
  booking_id uuid unique,
  identity_key uuid not null,
  identity jsonb not null,
  cleared_at timestamptz(3)
);
create index clearing_entry_identity_key on clearing_entry (identity_key);
create index clearing_entry_open on clearing_entry (value_on) where cleared_at is null;

-- The balances of account statements. A statement without a gap continues the statement before it.
create table bank_statement (
  account text not null,
  currency text not null,
  -- Pages of one statement have the same key.
  key text not null,
  sequence integer,
  opening bigint,
  closing bigint,
  closing_on date,
  bank_file_id uuid not null references bank_file (id),
  -- The closing date of the last statement before a gap.
  gap_after date,
  -- Staff accepted the gap: the missing statement cannot be had.
  accepted_reason text,
  accepted_by uuid,
  accepted_at timestamptz(3),
  primary key (account, currency, key)
);
create index bank_statement_gap on bank_statement (gap_after) where gap_after is not null and accepted_at is null;

-- The organizations that an IBAN paid for.
create table payer_account (
  iban text not null,
  organization_id uuid not null,
  primary key (iban, organization_id)
);
insert into payer_account (iban, organization_id)
  select distinct debtor_iban, organization_id from bank_booking
  where debtor_iban is not null and organization_id is not null;

-- What staff did with a booking in suspense, or with an uncleared entry of a statement.
create table suspense_resolution (
  booking_id uuid primary key references bank_booking (id),
  kind text not null check (kind in ('assigned', 'returned', 'written_off')),
  organization_id uuid,
  document_id text,
  payment_id uuid,
  -- Null when the booking had no readable amount.
  ledger_booking_id uuid,
  reason text not null,
  resolved_by uuid not null,
  resolved_at timestamptz(3) not null
);
-- Suggestions look for open amounts and names in all organizations.
create index invoice_open_amount on invoice
  (currency, (total - credited_amount - written_off_amount - paid_amount + refunded_amount))
  where status in ('open', 'part_paid');
create index pro_forma_open_amount on pro_forma (currency, total) where status = 'issued';
create index address_name on address (lower(name));

-- Which ledger account the money of the seller goes to or comes from. The first rule that fits applies. Patterns as in
-- SQL like.
create table bank_movement_rule (
  position integer primary key,
  direction text not null check (direction in ('credit', 'debit')),
  code text,
  party text,
  account text not null check (account in ('bank_fees', 'interest', 'card', 'card_fees', 'own_movements'))
);
insert into bank_movement_rule (position, direction, code, party, account) values
  (10, 'debit', '%.CHRG', null, 'bank_fees'),
  (11, 'debit', '%.FEES', null, 'bank_fees'),
  (12, 'debit', '%.COMM', null, 'bank_fees'),
  (20, 'debit', '%.INTR', null, 'interest'),
  (21, 'credit', '%.INTR', null, 'interest'),
  (30, 'credit', 'PMNT.MCRD.%', null, 'card'),
  (31, 'debit', 'PMNT.MCRD.%', null, 'card'),
  (90, 'debit', null, null, 'own_movements');

alter table ledger_entry drop constraint ledger_entry_account_check;
alter table ledger_entry add constraint ledger_entry_account_check check (account in (
  'bank', 'clearing', 'card', 'outgoing', 'prepaid', 'receivable', 'revenue', 'vat', 'bank_fees', 'card_fees',
  'payment_differences', 'bad_debt', 'interest', 'suspense', 'own_movements'
));

-- An import reads the orders of many pro formas and the outgoing payments of a file.
create unique index order_pro_forma on "order" (pro_forma_id);
create index outgoing_payment_id on outgoing_payment (id);
${openTables('billing', {
  bank_statement: { reason: 'contains no data of customers' },
  clearing_entry: { reason: 'only the staff role has rights' },
  payer_account: { reason: 'only the staff role has rights' },
  suspense_resolution: { reason: 'only the staff role has rights' },
  bank_movement_rule: { reason: 'contains no data of customers' },
})}
-- Payment details contain until when payments are known.
grant select on bank_statement to ${runtime}, ${sweep}, ${staff};
grant insert, update (sequence, opening, closing, closing_on, gap_after, accepted_reason, accepted_by, accepted_at)
  on bank_statement to ${staff};
grant select, insert, update (cleared_at) on clearing_entry to ${staff};
grant select, insert on payer_account, suspense_resolution to ${staff};
grant select on bank_movement_rule to ${staff};
`,
);
