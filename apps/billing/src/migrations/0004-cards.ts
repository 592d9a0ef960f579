import { databaseRoles } from '@cordee/service/database/platform-tables';
import { openTables, protectTenantTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

const { runtime, sweep, staff } = databaseRoles('billing');
const workers = `${runtime}, ${sweep}, ${staff}`;

/** Card payments, refunds to cards, stored payment methods, and the tables of the card simulator. */
export const billing0004 = migration(
  '0004_cards',
  `
alter table ledger_entry drop constraint ledger_entry_account_check;
alter table ledger_entry add constraint ledger_entry_account_check check (account in (
  'bank', 'clearing', 'card', 'outgoing', 'prepaid', 'reserved', 'receivable', 'revenue', 'vat', 'bank_fees',
  'card_fees', 'payment_differences', 'bad_debt', 'interest', 'suspense', 'own_movements'
));

-- No column contains the number of a card.
create table payment_method (
  organization_id uuid not null,
  id uuid not null,
  status text not null check (status in ('pending', 'usable', 'declined', 'failed', 'deleted')),
  position bigint not null,
  -- The reference of the card at the provider; null before the payer has confirmed the card.
  token text,
  card_brand text,
  card_last_four text check (card_last_four ~ '^[0-9]{4}$'),
  expires_on text check (expires_on ~ '^[0-9]{4}-[0-9]{2}$'),
  created_at timestamptz(3) not null,
  next_look_up_at timestamptz(3),
  primary key (organization_id, id),
  check (status not in ('usable', 'declined') or token is not null)
);
create index payment_method_list on payment_method (organization_id, position, id)
  where status in ('pending', 'usable', 'declined');
create index payment_method_due on payment_method (next_look_up_at) where next_look_up_at is not null;

create table card_payment (
  organization_id uuid not null,
  id uuid not null,
  -- Null for a payment to prepaid.
  document_id text,
  status text not null
    check (status in ('started', 'processing', 'authentication_required', 'succeeded', 'failed', 'charged_back')),
  currency text not null,
  amount bigint not null check (amount > 0),
  prepaid_amount bigint not null check (prepaid_amount >= 0),
  -- The booking that moved the prepaid part to the ledger account 'reserved'. Its reversal ends the reservation.
  reservation_id uuid,
  -- The booking of the money of the card.
  booking_id uuid,
  invoice_id uuid,
  method_id uuid,
  url text,
  card_brand text,
  card_last_four text check (card_last_four ~ '^[0-9]{4}$'),
  failure text check (failure in ('soft_decline', 'hard_decline', 'expired')),
  fee_amount bigint not null default 0 check (fee_amount >= 0),
  refunded_amount bigint not null default 0 check (refunded_amount between 0 and amount),
  charged_back_amount bigint not null default 0 check (charged_back_amount >= 0),
  returned_amount bigint not null default 0 check (returned_amount between 0 and charged_back_amount),
  created_at timestamptz(3) not null,
  next_look_up_at timestamptz(3),
  primary key (organization_id, id),
  check ((status in ('succeeded', 'charged_back')) = (booking_id is not null)),
  check ((failure is not null) = (status = 'failed')),
  check ((prepaid_amount > 0) = (reservation_id is not null)),
  check (prepaid_amount = 0 or document_id is not null)
);
create index card_payment_due on card_payment (next_look_up_at) where next_look_up_at is not null;
create unique index card_payment_booking on card_payment (organization_id, booking_id) where booking_id is not null;

create table card_refund (
  organization_id uuid not null,
  id uuid not null,
  payment_id uuid not null,
  document_id text not null,
  currency text not null,
  amount bigint not null check (amount > 0),
  status text not null check (status in ('ordered', 'succeeded', 'failed')),
  created_at timestamptz(3) not null,
  next_look_up_at timestamptz(3),
  primary key (organization_id, id),
  foreign key (organization_id, payment_id) references card_payment (organization_id, id),
  check ((status = 'ordered') = (next_look_up_at is not null))
);
create index card_refund_due on card_refund (next_look_up_at) where next_look_up_at is not null;

-- The state of the card simulator, which plays the provider in demonstrations and tests.
create table card_simulator (reference text primary key, token text not null unique, state jsonb not null);
create table card_simulator_notification (
  id uuid primary key,
  body text not null,
  send_at timestamptz(3) not null,
  sent_at timestamptz(3)
);
create index card_simulator_notification_due on card_simulator_notification (send_at) where sent_at is null;

${protectTenantTables('billing', [
  { name: 'payment_method', may: ['insert', 'update'] },
  { name: 'card_payment', may: ['insert'] },
  { name: 'card_refund', may: ['insert'] },
])}
-- The amount, the document and the method of a card payment never change.
grant update (
  status, booking_id, invoice_id, url, card_brand, card_last_four, failure, fee_amount, refunded_amount,
  charged_back_amount, returned_amount, next_look_up_at
) on card_payment to ${workers};
grant update (status, next_look_up_at) on card_refund to ${workers};
${openTables('billing', {
  card_simulator: { may: ['select', 'insert', 'update'], reason: 'contains no data of customers' },
  card_simulator_notification: { may: ['select', 'insert', 'update'], reason: 'contains no data of customers' },
})}`,
);
