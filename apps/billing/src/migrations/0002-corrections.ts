import { databaseRoles } from '@cordee/service/database/platform-tables';
import { protectTenantTables } from '@cordee/service/database/tenant-tables';
import { changeHiddenRows, migration } from '@cordee/service/database/migration';

const { runtime, sweep, staff } = databaseRoles('billing');
const workers = `${runtime}, ${sweep}, ${staff}`;

/** The columns that all documents of the view have in common. */
const shared = `
  organization_id, id, number, status as stored_status, issued_on, currency, net, vat, total, reference, order_id,
  language, is_reverse_charge, seller, buyer, address_id`;

const computeVat = `
with rated as (
  select organization_id, document_id, position, round(net * vat_basis_points / 10000.0) as part,
         row_number() over (document_rate order by position desc) as from_end,
         round(sum(net) over document_rate * vat_basis_points / 10000.0)
           - sum(round(net * vat_basis_points / 10000.0)) over document_rate as rest
  from document_line window document_rate as (partition by organization_id, document_id, vat_basis_points)
)
update document_line line set vat = part + case when from_end = 1 then rest else 0 end
from rated where rated.organization_id = line.organization_id and rated.document_id = line.document_id
  and rated.position = line.position`;

/** Credit notes, refunds, write-offs and outgoing payments; the VAT of each line. */
export const billing0002 = migration(
  '0002_corrections',
  `
drop view document;

-- Each line has its share in the VAT of its rate, which is rounded once per rate.
alter table document_line add column vat bigint;
${changeHiddenRows(['document_line'], computeVat).join(';\n')};
alter table document_line alter column vat set not null;
-- The position of the line of the invoice that a line of a credit note credits.
alter table document_line add column credited_position integer;

alter table pro_forma alter column order_id drop not null;
alter table pro_forma add column address_id uuid;
alter table invoice add column address_id uuid;
alter table invoice add column pro_forma_id uuid;
alter table invoice add column pro_forma_number text;
alter table invoice add column credited_amount bigint not null default 0;
alter table invoice add column refunded_amount bigint not null default 0;
alter table invoice add column written_off_amount bigint not null default 0;
-- The part of the paid amount that nobody paid: a shortfall within the tolerance.
alter table invoice add column shortfall_amount bigint not null default 0;
alter table invoice drop constraint invoice_check;
alter table invoice add constraint invoice_amounts check (
  paid_amount between 0 and total and credited_amount between 0 and total and refunded_amount between 0 and total
  and written_off_amount between 0 and total and shortfall_amount between 0 and paid_amount
  and total - credited_amount - written_off_amount - paid_amount + refunded_amount >= 0
);
grant update (due_on, credited_amount, refunded_amount, written_off_amount, shortfall_amount) on invoice to ${workers};

create table credit_note (
  organization_id uuid not null,
  id uuid not null,
  number text not null unique,
  status text not null check (status in ('issued')),
  issued_on date not null,
  currency text not null,
  net bigint not null,
  vat bigint not null,
  total bigint not null check (total > 0),
  language text not null,
  is_reverse_charge boolean not null,
  seller jsonb not null,
  buyer jsonb not null,
  address_id uuid,
  invoice_id uuid not null,
  invoice_number text not null,
  reason text not null,
  product_effect text not null check (product_effect in ('continues', 'ends')),
  refunded_amount bigint not null check (refunded_amount between 0 and total),
  refunded_to text check (refunded_to in ('prepaid', 'bank', 'card')),
  created_at timestamptz(3) not null,
  primary key (organization_id, id),
  foreign key (organization_id, invoice_id) references invoice (organization_id, id),
  check ((refunded_amount = 0) = (refunded_to is null))
);
create index credit_note_invoice on credit_note (organization_id, invoice_id);
create index credit_note_newest on credit_note (organization_id, issued_on desc, id desc);

-- Money that leaves an account of the seller. Its booking moved it from its source to the ledger account 'outgoing'.
create table outgoing_payment (
  organization_id uuid not null,
  id uuid not null,
  purpose text not null check (purpose in ('pay_out', 'refund', 'return')),
  currency text not null,
  amount bigint not null check (amount > 0),
  creditor_name text not null,
  creditor_iban text not null,
  document_id text,
  status text not null check (status in ('ordered', 'sent', 'executed', 'failed')),
  created_at timestamptz(3) not null,
  primary key (organization_id, id)
);
create index outgoing_payment_ordered on outgoing_payment (created_at, id) where status = 'ordered';

-- What staff wrote about the booking.
alter table ledger_booking add column note text;
alter table ledger_booking drop constraint ledger_booking_kind_check;
alter table ledger_booking add constraint ledger_booking_kind_check check (kind in (
  'incoming_payment', 'invoice', 'prepaid_payment', 'reversal', 'credit_note', 'refund', 'write_off', 'pay_out',
  'outgoing_payment', 'card_payment', 'chargeback', 'suspense', 'bank_movement', 'clearing'
));
alter table ledger_entry drop constraint ledger_entry_account_check;
alter table ledger_entry add constraint ledger_entry_account_check check (account in (
  'bank', 'clearing', 'card', 'outgoing', 'prepaid', 'receivable', 'revenue', 'vat', 'bank_fees', 'card_fees',
  'payment_differences', 'bad_debt', 'interest', 'suspense'
));

create view document with (security_invoker = true) as
  select ${shared}, 'pro_forma' as kind, valid_until as due_on,
         null::date as paid_on, null::date as held_until, total as open_amount, 0::bigint as paid_amount,
         0::bigint as credited_amount, 0::bigint as refunded_amount,
         null::uuid as pro_forma_id, null::text as pro_forma_number, invoice_id, null::text as invoice_number
  from pro_forma
  union all
  select ${shared}, 'invoice', due_on, paid_on, held_until,
         total - credited_amount - written_off_amount - paid_amount + refunded_amount, paid_amount, credited_amount,
         refunded_amount, pro_forma_id, pro_forma_number, null, null
  from invoice
  union all
  select ${shared.replace('reference, order_id', 'null, null::uuid')}, 'credit_note', null, null, null, 0, 0, 0,
         refunded_amount, null, null, invoice_id, invoice_number
  from credit_note;
grant select on document to ${workers};

${protectTenantTables('billing', [
  { name: 'credit_note', may: ['insert'] },
  { name: 'outgoing_payment', may: ['insert'] },
])}
grant update (status) on outgoing_payment to ${workers};
`,
);
