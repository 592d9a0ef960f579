import { databaseRoles } from '@cordee/service/database/platform-tables';
import { changeHiddenRows, migration } from '@cordee/service/database/migration';

const { runtime, sweep, staff } = databaseRoles('billing');
const workers = `${runtime}, ${sweep}, ${staff}`;

const endProducts = changeHiddenRows(
  ['credit_note'],
  `update credit_note set products_end_on = issued_on where product_effect = 'ends'`,
);

/** The columns that all documents of the view have in common. */
const shared = `
  organization_id, id, number, status as stored_status, issued_on, currency, net, vat, total, reference, order_id,
  language, is_reverse_charge, seller, buyer, address_id, vat_decision`;

/**
 * Prepaid money that is reserved for a pro forma; the last day of the products of a credit note; the day of a
 * chargeback.
 */
export const billing0016 = migration(
  '0016_reservations',
  `
-- The booking that moved the money to the ledger account 'reserved'. Its reversal ends the reservation.
alter table pro_forma add column reservation_id uuid;
alter table pro_forma add column reserved_amount bigint not null default 0;
alter table pro_forma add constraint pro_forma_reservation check (
  reserved_amount >= 0 and (reserved_amount = 0 or reserved_amount < total)
  and (reserved_amount > 0) = (reservation_id is not null) and (reservation_id is null or status = 'issued')
);
create index pro_forma_reserved on pro_forma (valid_until) where reservation_id is not null;
grant update (reservation_id, reserved_amount) on pro_forma to ${workers};

alter table credit_note add column products_end_on date;
${endProducts.join(';\n')};
alter table credit_note add constraint credit_note_products_end
  check ((product_effect = 'ends') = (products_end_on is not null));

-- The day on which the bank of the payer last took money back.
alter table card_payment add column charged_back_on date;
grant update (charged_back_on) on card_payment to ${workers};

drop view document;
create view document with (security_invoker = true) as
  select ${shared}, 'pro_forma' as kind, valid_until as due_on,
         null::date as paid_on, null::date as held_until, total - reserved_amount as open_amount, reserved_amount,
         0::bigint as paid_amount, 0::bigint as credited_amount, 0::bigint as refunded_amount,
         null::uuid as pro_forma_id, null::text as pro_forma_number, invoice_id, null::text as invoice_number,
         null::text as reason, null::text as product_effect, null::date as products_end_on
  from pro_forma
  union all
  select ${shared}, 'invoice', due_on, paid_on, held_until,
         total - credited_amount - written_off_amount - paid_amount + refunded_amount, 0, paid_amount, credited_amount,
         refunded_amount, pro_forma_id, pro_forma_number, null, null, null, null, null
  from invoice
  union all
  select ${shared.replace('reference, order_id', 'null, null::uuid')}, 'credit_note', null, null, null, 0, 0, 0, 0,
         refunded_amount, null, null, invoice_id, invoice_number, reason, product_effect,
         products_end_on
  from credit_note;
grant select on document to ${workers};
`,
);
