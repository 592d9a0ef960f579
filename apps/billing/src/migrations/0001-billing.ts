import { databaseRoles } from '@cordee/service/database/platform-tables';
import { openTables, protectTenantTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

const { runtime, sweep, staff } = databaseRoles('billing');
const workers = `${runtime}, ${sweep}, ${staff}`;

/**
 * The columns that pro forma and invoice have in common. Number, seller, buyer and sums never change after the insert.
 */
const documentColumns = `
  organization_id uuid not null,
  id uuid not null,
  number text not null unique,
  status text not null,
  issued_on date not null,
  currency text not null,
  net bigint not null,
  vat bigint not null,
  total bigint not null,
  reference text not null unique,
  order_id uuid,
  language text not null,
  is_reverse_charge boolean not null,
  seller jsonb not null,
  buyer jsonb not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, id)`;

export const billing0001 = migration(
  '0001_billing',
  `
create table address (
  organization_id uuid not null,
  id uuid not null,
  name text not null,
  street text not null,
  building_number text,
  postal_code text not null,
  town text not null,
  country text not null,
  vat_number text,
  is_default boolean not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, id)
);
create unique index address_default on address (organization_id) where is_default;

create table "order" (
  organization_id uuid not null,
  id uuid not null,
  status text not null check (status in ('pending', 'paid', 'cancelled')),
  currency text not null,
  lines jsonb not null,
  pro_forma_id uuid not null,
  invoice_id uuid,
  total bigint not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, id)
);

create table pro_forma (${documentColumns},
  valid_until date not null,
  invoice_id uuid,
  check (status in ('issued', 'converted', 'cancelled'))
);
create index pro_forma_newest on pro_forma (organization_id, issued_on desc, id desc);

create table invoice (${documentColumns},
  due_on date not null,
  held_until date,
  paid_amount bigint not null check (paid_amount between 0 and total),
  paid_on date,
  pdf_file_id uuid,
  pdf_sha256 bytea,
  check (status in ('open', 'part_paid', 'paid', 'partly_refunded', 'refunded', 'credited', 'written_off'))
);
create index invoice_newest on invoice (organization_id, issued_on desc, id desc);
create index invoice_open on invoice (organization_id, currency, issued_on, id) where status in ('open', 'part_paid');

create table document_line (
  organization_id uuid not null,
  document_id uuid not null,
  position integer not null,
  product_id uuid,
  text text not null,
  interval text,
  net bigint not null,
  vat_basis_points integer not null,
  period_start date,
  period_end date,
  primary key (organization_id, document_id, position)
);

create view document with (security_invoker = true) as
  select organization_id, id, 'pro_forma' as kind, number, status, issued_on, valid_until as due_on,
         null::date as paid_on, null::date as held_until, currency, net, vat, total,
         0::bigint as paid_amount, reference, order_id, language, is_reverse_charge, seller, buyer
  from pro_forma
  union all
  select organization_id, id, 'invoice', number, status, issued_on, due_on,
         paid_on, held_until, currency, net, vat, total,
         paid_amount, reference, order_id, language, is_reverse_charge, seller, buyer
  from invoice;
grant select on document to ${workers};

create table charge (
  organization_id uuid not null,
  product_id uuid not null,
  period_start date not null,
  period_end date not null,
  id uuid not null,
  status text not null check (status in ('paid', 'issued')),
  invoice_id uuid not null,
  total bigint not null,
  currency text not null,
  due_on date not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, product_id, period_start),
  -- A period is charged once, also when the product changed its organization (REN-3).
  unique (product_id, period_start)
);

-- One row per organization, locked before its money moves. Holds no balances: they are sums of the ledger.
create table prepaid_account (
  organization_id uuid primary key,
  standing_order_reference text not null unique,
  created_at timestamptz(3) not null,
  pays_invoices boolean not null default true,
  takes_part_payments boolean not null default false
);

create table ledger_booking (
  organization_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('incoming_payment', 'invoice', 'prepaid_payment', 'reversal')),
  reason text,
  document_id text,
  reverses uuid,
  valued_on date not null,
  booked_at timestamptz(3) not null,
  primary key (organization_id, id),
  unique (organization_id, reverses)
);
create table ledger_entry (
  organization_id uuid not null,
  booking_id uuid not null,
  position integer not null,
  account text not null
    check (account in ('bank', 'prepaid', 'receivable', 'revenue', 'vat', 'bank_fees', 'suspense')),
  currency text not null,
  amount bigint not null check (amount <> 0),
  document_id text,
  primary key (organization_id, booking_id, position),
  foreign key (organization_id, booking_id) references ledger_booking (organization_id, id)
);
create index ledger_entry_account on ledger_entry (organization_id, account, currency) include (amount);
-- The entries of a booking are inserted by one statement and sum to zero in each currency (PAY-4).
create function require_balanced_bookings() returns trigger language plpgsql as $$
begin
  if exists (select from added group by organization_id, booking_id, currency having sum(amount) <> 0) then
    raise exception 'the entries of a booking do not sum to zero' using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
create trigger balanced after insert on ledger_entry referencing new table as added
  for each statement execute function require_balanced_bookings();

-- Number series without gaps are global by law, so the table has no tenant.
create table number_series (
  kind text not null check (kind in ('pro_forma', 'invoice', 'credit_note')),
  year integer not null,
  last_number bigint not null,
  last_on date not null,
  primary key (kind, year)
);
create sequence payment_reference_number;
create table payment_reference (
  reference text primary key,
  kind text not null check (kind in ('pro_forma', 'invoice', 'standing_order')),
  organization_id uuid not null,
  document_id uuid,
  created_at timestamptz(3) not null
);
grant usage on sequence payment_reference_number to ${workers};

create table bank_file (
  id uuid primary key,
  file_id uuid not null,
  kind text not null,
  message_id text not null,
  covers_until timestamptz(3) not null,
  imported_at timestamptz(3) not null
);
create index bank_file_newest on bank_file (covers_until desc);
create table bank_booking (
  id uuid primary key,
  bank_file_id uuid not null references bank_file (id),
  position integer not null,
  status text not null check (status in ('paid', 'prepaid', 'suspense', 'reversed', 'ignored')),
  organization_id uuid,
  currency text,
  amount bigint,
  amount_text text not null,
  value_on date,
  reference text,
  batch text,
  is_batch_total boolean not null default false,
  debtor_iban text,
  debtor_name text,
  text text not null,
  reason text,
  detail text
);
create index bank_booking_payer on bank_booking (debtor_iban) where organization_id is not null;
create index bank_booking_batch on bank_booking (batch) where batch is not null;
create index bank_booking_reference on bank_booking (reference) where reference is not null;
create index bank_booking_suspense on bank_booking (id desc) where status = 'suspense';
create table bank_booking_identity (identity text primary key, booking_id uuid not null references bank_booking (id));

${protectTenantTables('billing', [
  { name: 'address' },
  { name: '"order"', may: ['insert', 'update'] },
  { name: 'pro_forma', may: ['insert'] },
  { name: 'invoice', may: ['insert'] },
  { name: 'document_line', may: ['insert'] },
  { name: 'charge', may: ['insert'] },
  { name: 'prepaid_account', may: ['insert', 'update'] },
  { name: 'ledger_booking', may: ['insert'] },
  { name: 'ledger_entry', may: ['insert'] },
  { name: 'payment_reference', may: ['insert'] },
])}
-- An issued document is never edited (DOC-5): only status, payment and the stored PDF may change.
grant update (status, invoice_id) on pro_forma to ${workers};
grant update (status, paid_amount, paid_on, pdf_file_id, pdf_sha256) on invoice to ${workers};
${openTables('billing', {
  number_series: { may: ['select', 'insert', 'update'], reason: 'all organizations share the numbers of documents' },
  bank_file: { reason: 'contains no data of customers' },
  bank_booking: { reason: 'only the staff role has rights' },
  bank_booking_identity: { reason: 'only the staff role has rights' },
})}
-- Only staff reads and writes bank bookings. Payment details contain the latest covers_until of all files.
grant select on bank_file to ${workers};
grant insert on bank_file to ${staff};
grant select, insert on bank_booking, bank_booking_identity to ${staff};
`,
);
