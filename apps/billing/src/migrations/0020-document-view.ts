import { databaseRoles } from '@cordee/service/database/platform-tables';
import { migration } from '@cordee/service/database/migration';

const { runtime, sweep, staff } = databaseRoles('billing');

/** The columns that all documents of the view have in common. */
const shared = `
  organization_id, id, number, status as stored_status, issued_on, currency, net, vat, total, order_id, language,
  is_reverse_charge, seller, buyer, address_id, vat_decision`;

/**
 * Replaces the view `document`: now its parts have equal column types. Only then PostgreSQL reads a page from the
 * indexes of the tables; otherwise it reads and sorts all documents of the organization.
 */
export const billing0020 = migration(
  '0020_document_view',
  `
drop view document;
create view document with (security_invoker = true) as
  select ${shared}, reference::text, 'pro_forma'::text as kind, valid_until as due_on,
         null::date as paid_on, null::date as held_until, (total - reserved_amount)::bigint as open_amount,
         reserved_amount, 0::bigint as paid_amount, 0::bigint as credited_amount, 0::bigint as refunded_amount,
         null::uuid as pro_forma_id, null::text as pro_forma_number, invoice_id, null::text as invoice_number,
         null::text as reason, null::text as product_effect, null::date as products_end_on
  from pro_forma
  union all
  select ${shared}, reference::text, 'invoice'::text, due_on,
         paid_on, held_until, (total - credited_amount - written_off_amount - paid_amount + refunded_amount)::bigint,
         0::bigint, paid_amount, credited_amount, refunded_amount,
         pro_forma_id, pro_forma_number, null::uuid, null::text,
         null::text, null::text, null::date
  from invoice
  union all
  select ${shared.replace('order_id', 'null::uuid')}, null::text, 'credit_note'::text, null::date,
         null::date, null::date, 0::bigint,
         0::bigint, 0::bigint, 0::bigint, refunded_amount,
         null::uuid, null::text, invoice_id, invoice_number,
         reason, product_effect, products_end_on
  from credit_note;
grant select on document to ${runtime}, ${sweep}, ${staff};
`,
);
