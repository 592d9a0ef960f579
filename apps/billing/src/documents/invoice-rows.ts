import { toId, toUuid } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import { sendAhead } from '@cordee/service/database/orm';
import { jsonLines, sqlArray, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { BuyerCopy } from '../addresses/address.entity.ts';
import type { Seller, SellerCopy } from '../seller/seller.ts';
import type { VatDecision } from '../vat/vat-decision.ts';
import type { InvoiceStatus, PayableInvoice } from './invoice-payment.ts';
import type { DocumentLanguage } from './pdf/document-content.ts';

/** The maximum number of rows per SQL statement. */
const CHUNK_SIZE = 1_000;

/** An invoice that is not inserted yet. */
export interface NewInvoice extends PayableInvoice {
  number: string;
  reference: string;
  issuedOn: string;
  readonly heldUntil: string | null;
  readonly isReverseCharge: boolean;
  readonly vatDecision: VatDecision;
  readonly orderId: `ord_${string}` | null;
  readonly proFormaId: `pfm_${string}` | null;
  readonly proFormaNumber: string | null;
  readonly language: DocumentLanguage;
  readonly addressId: `adr_${string}` | null;
  readonly buyer: BuyerCopy;
}

/** Inserts invoices, without waiting for the reply. An invoice copies the seller with the account of its currency. */
export function insertInvoices(
  em: EntityManager,
  invoices: readonly NewInvoice[],
  seller: Pick<Seller, 'fieldsFor'>,
  createdAt: Date,
): void {
  for (const [sellerCopy, ofAccount] of Map.groupBy(invoices, ({ currency }) => seller.fieldsFor(currency)))
    for (let start = 0; start < ofAccount.length; start += CHUNK_SIZE)
      insertChunk(em, ofAccount.slice(start, start + CHUNK_SIZE), sellerCopy, createdAt);
}

function insertChunk(em: EntityManager, invoices: readonly NewInvoice[], seller: SellerCopy, createdAt: Date): void {
  const columnOf = columnsOf(invoices);
  sendAhead(
    em,
    `insert into invoice (
       seller, created_at, organization_id, id, number, reference, status, issued_on, due_on, held_until, currency, net,
       vat, total, paid_amount, shortfall_amount, paid_on, order_id, pro_forma_id, pro_forma_number, language,
       is_reverse_charge, address_id, buyer, vat_decision
     )
     select ?::jsonb, ?::timestamptz, organization_id, id, number, reference, status, issued_on, due_on, held_until,
            currency, net, vat, total, paid_amount, shortfall_amount, paid_on, order_id, pro_forma_id, pro_forma_number,
            language, is_reverse_charge, address_id, buyer::jsonb, vat_decision::jsonb
     from rows from (
       unnest(
         ?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::text[], ?::date[], ?::date[], ?::date[], ?::text[], ?::bigint[],
         ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::date[], ?::uuid[], ?::uuid[], ?::text[], ?::text[],
         ?::boolean[], ?::uuid[]
       ),
       string_to_table(?, E'\n'), string_to_table(?, E'\n')
     ) as invoice (
       organization_id, id, number, reference, status, issued_on, due_on, held_until, currency, net, vat, total,
       paid_amount, shortfall_amount, paid_on, order_id, pro_forma_id, pro_forma_number, language, is_reverse_charge,
       address_id, buyer, vat_decision
     )`,
    [
      JSON.stringify(seller),
      createdAt,
      columnOf(({ organizationId }) => toUuid(organizationId)),
      columnOf(({ id }) => toUuid(id)),
      columnOf(({ number }) => number),
      columnOf(({ reference }) => reference),
      columnOf(({ status }) => status),
      columnOf(({ issuedOn }) => issuedOn),
      columnOf(({ dueOn }) => dueOn),
      columnOf(({ heldUntil }) => heldUntil),
      columnOf(({ currency }) => currency),
      columnOf(({ net }) => net),
      columnOf(({ vat }) => vat),
      columnOf(({ total }) => total),
      columnOf(({ paidAmount }) => paidAmount),
      columnOf(({ shortfallAmount }) => shortfallAmount),
      columnOf(({ paidOn }) => paidOn),
      columnOf(({ orderId }) => uuidOrNull(orderId)),
      columnOf(({ proFormaId }) => uuidOrNull(proFormaId)),
      columnOf(({ proFormaNumber }) => proFormaNumber),
      columnOf(({ language }) => language),
      columnOf(({ isReverseCharge }) => isReverseCharge),
      columnOf(({ addressId }) => uuidOrNull(addressId)),
      jsonLines(invoices.map(({ buyer }) => buyer)),
      jsonLines(invoices.map(({ vatDecision }) => vatDecision)),
    ],
  );
}

/** Writes the payments of invoices, without waiting for the reply. */
export function updatePaidInvoices(em: EntityManager, invoices: readonly PayableInvoice[]): void {
  for (let start = 0; start < invoices.length; start += CHUNK_SIZE) {
    const columnOf = columnsOf(invoices.slice(start, start + CHUNK_SIZE));
    sendAhead(
      em,
      `update invoice set status = payment.status, paid_amount = payment.paid_amount,
              shortfall_amount = payment.shortfall_amount, paid_on = payment.paid_on
       from unnest(?::uuid[], ?::uuid[], ?::text[], ?::bigint[], ?::bigint[], ?::date[])
         as payment (organization_id, id, status, paid_amount, shortfall_amount, paid_on)
       where invoice.organization_id = payment.organization_id and invoice.id = payment.id`,
      [
        columnOf(({ organizationId }) => toUuid(organizationId)),
        columnOf(({ id }) => toUuid(id)),
        columnOf(({ status }) => status),
        columnOf(({ paidAmount }) => paidAmount),
        columnOf(({ shortfallAmount }) => shortfallAmount),
        columnOf(({ paidOn }) => paidOn),
      ],
    );
  }
}

const columnsOf =
  <Row>(rows: readonly Row[]) =>
  (valueOf: (row: Row) => string | number | boolean | null | undefined): string =>
    sqlArray(rows.map(valueOf));

/** The columns of a `PayableInvoice`. */
export const payableColumnsSql = `
  organization_id, id, number, status, issued_on::text, due_on::text, paid_on::text, currency, net, vat, total,
  paid_amount, credited_amount, refunded_amount, written_off_amount, shortfall_amount,
  vat_decision #>> '{territory,state}' as tax_state, vat_decision #>> '{registration,scope}' as tax_scope`;

/** A row of `payableColumnsSql`. */
export interface PayableRow {
  organization_id: string;
  id: string;
  number: string;
  status: InvoiceStatus;
  issued_on: string;
  due_on: string;
  paid_on: string | null;
  currency: Currency;
  net: string;
  vat: string;
  total: string;
  paid_amount: string;
  credited_amount: string;
  refunded_amount: string;
  written_off_amount: string;
  shortfall_amount: string;
  /** Null for an invoice of an earlier version. */
  tax_state: string | null;
  tax_scope: string | null;
}

export const toPayableInvoice = (row: PayableRow): PayableInvoice => ({
  organizationId: toId('org', row.organization_id),
  id: toId('inv', row.id),
  number: row.number,
  status: row.status,
  issuedOn: row.issued_on,
  dueOn: row.due_on,
  paidOn: row.paid_on,
  currency: row.currency,
  net: Number(row.net),
  vat: Number(row.vat),
  total: Number(row.total),
  paidAmount: Number(row.paid_amount),
  creditedAmount: Number(row.credited_amount),
  refundedAmount: Number(row.refunded_amount),
  writtenOffAmount: Number(row.written_off_amount),
  shortfallAmount: Number(row.shortfall_amount),
  taxPlace: { state: row.tax_state ?? 'CH', scope: row.tax_scope, issuedOn: row.issued_on },
});

/** Reads the invoices with the references, in a transaction that may read all organizations. */
export async function readPayableInvoices(
  em: EntityManager,
  references: readonly string[],
): Promise<Map<string, PayableInvoice>> {
  if (references.length === 0) return new Map();
  const rows = await em.execute<(PayableRow & { reference: string })[]>(
    `select reference, ${payableColumnsSql} from invoice where reference = any(?::text[])`,
    [sqlArray(references)],
  );
  return new Map(rows.map((row) => [row.reference, toPayableInvoice(row)]));
}
