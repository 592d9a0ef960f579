import { databaseRoles } from '@cordee/service/database/platform-tables';
import { openTables, protectTenantTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

const { runtime, sweep, staff } = databaseRoles('billing');

/** The columns that all documents of the view have in common. */
const shared = `
  organization_id, id, number, status as stored_status, issued_on, currency, net, vat, total, reference, order_id,
  language, is_reverse_charge, seller, buyer, address_id`;

/** The VAT decision of documents, the VAT category of lines, and answers of registries about VAT numbers. */
export const billing0015 = migration(
  '0015_vat',
  `
-- Null for documents of earlier versions.
alter table pro_forma add column vat_decision jsonb;
alter table invoice add column vat_decision jsonb;
alter table credit_note add column vat_decision jsonb;
-- Null for lines of earlier versions: with VAT, S, else AE.
alter table document_line add column vat_category text check (vat_category in ('S', 'AE', 'O'));

create or replace view document with (security_invoker = true) as
  select ${shared}, 'pro_forma' as kind, valid_until as due_on,
         null::date as paid_on, null::date as held_until, total as open_amount, 0::bigint as paid_amount,
         0::bigint as credited_amount, 0::bigint as refunded_amount,
         null::uuid as pro_forma_id, null::text as pro_forma_number, invoice_id, null::text as invoice_number,
         null::text as reason, null::text as product_effect, vat_decision
  from pro_forma
  union all
  select ${shared}, 'invoice', due_on, paid_on, held_until,
         total - credited_amount - written_off_amount - paid_amount + refunded_amount, paid_amount, credited_amount,
         refunded_amount, pro_forma_id, pro_forma_number, null, null, null, null, vat_decision
  from invoice
  union all
  select ${shared.replace('reference, order_id', 'null, null::uuid')}, 'credit_note', null, null, null, 0, 0, 0,
         refunded_amount, null, null, invoice_id, invoice_number, reason, product_effect, vat_decision
  from credit_note;
grant select on document to ${runtime}, ${sweep}, ${staff};

-- The VAT that an entry of the accounts 'revenue', 'vat', 'bad_debt', 'bank_fees' or 'payment_differences' concerns.
-- Reports of VAT are sums of these entries. Null for entries of earlier versions.
alter table ledger_entry
  add column tax_state text,
  add column tax_scope text,
  add column tax_category text,
  add column tax_basis_points integer;

-- The last answer of a registry about a VAT number; 'unknown' while it has not answered yet.
create table vat_number_check (
  organization_id uuid not null,
  vat_number text not null,
  registry text not null check (registry in ('vies', 'uid', 'simulator')),
  status text not null check (status in ('valid', 'invalid', 'unknown')),
  checked_at timestamptz(3),
  consultation_number text,
  -- The consultations without an answer since the last answer.
  failures integer not null,
  next_check_at timestamptz(3) not null,
  primary key (organization_id, vat_number),
  check ((status = 'unknown') = (checked_at is null))
);
create index address_vat_number on address (organization_id, vat_number) where vat_number is not null;
-- The countries of the bank accounts and cards with which organizations paid: evidence of where a consumer is.
create table place_evidence (
  organization_id uuid not null,
  kind text not null check (kind in ('bank_account', 'card')),
  country text not null,
  primary key (organization_id, kind, country)
);
insert into place_evidence (organization_id, kind, country)
  select distinct organization_id, 'bank_account', left(iban, 2) from payer_account;
-- True when the buyer has confirmed that they are in the country of the address.
alter table address add column is_place_confirmed boolean not null default false;

-- Official exchange rates that staff enter: of a month (swiss) or of a quarter (ecb).
create table official_rate (
  authority text not null check (authority in ('swiss', 'ecb')),
  period text not null,
  currency text not null,
  rate numeric(14, 8) not null check (rate > 0),
  set_by uuid not null,
  set_at timestamptz(3) not null,
  primary key (authority, period, currency)
);
${openTables('billing', { official_rate: { reason: 'contains no data of customers' } })}
grant select, insert, update on official_rate to ${staff};
${protectTenantTables('billing', [
  { name: 'vat_number_check', may: ['insert', 'update'] },
  { name: 'place_evidence', may: ['insert'] },
])}
`,
);
