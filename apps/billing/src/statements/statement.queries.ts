import { explainOpenInvoice, getStatementOfAccount, type StatementRowKind } from '@cordee/contracts/billing/statement';
import type { PrepaidReason } from '@cordee/contracts/billing/prepaid';
import type { Input, Output } from '@cordee/contracts/contract';
import { inputError } from '@cordee/contracts/input-error';
import { idSchema, toId, toUuid } from '@cordee/contracts/id';
import { Instant, LocalDate, type MoneyValue } from '@cordee/contracts/values';
import { instantOf, uuidOrNull } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { cutPage, readCursor } from '@cordee/service/list-cursor';
import { Controller } from '@nestjs/common';
import * as z from 'zod';
import type { DocumentId } from '../documents/stored-document.ts';
import type { LedgerBookingKind } from '../ledger/post-ledger-booking.ts';
import { readDocumentLabels } from './document-labels.ts';
import { explainOpenInvoice as explain } from './explain-open-invoice.ts';

interface MovementRow {
  id: string;
  kind: LedgerBookingKind;
  reason: z.output<typeof PrepaidReason> | null;
  document_id: string | null;
  /** The invoices that the booking pays or reopens; null for none. */
  invoice_ids: string[] | null;
  receipt_number: string | null;
  valued_on: string;
  booked_at: string;
  rank: number;
  owed: string;
  prepaid: string;
}

interface BalanceRow {
  opening_owed: string;
  opening_prepaid: string;
  closing_owed: string;
  closing_prepaid: string;
}

/** The sort key of the last row of a page: value date, time, rank and id. */
const StatementCursor = z.tuple([LocalDate, Instant, z.int32(), idSchema('bkg')]);

/**
 * SQL that selects the changes of receivable and prepaid per booking. In the ledger, a credit to prepaid is negative.
 * The rank sorts the bookings of one call: a document comes before its payment, and an increase of prepaid or of the
 * debt comes before a decrease.
 */
const movementsSql = `
  select *, case
           when kind = 'invoice' then 0 when kind = 'credit_note' then 1
           when prepaid >= 0 and (prepaid > 0 or owed > 0) then 2 else 3
         end as rank
  from (
    select booking.id, booking.kind, booking.reason, booking.document_id, booking.valued_on, booking.booked_at,
           array_agg(entry.document_id order by entry.position) filter (
             where entry.document_id is not null
           ) as invoice_ids,
           coalesce(sum(entry.amount) filter (where entry.account = 'receivable'), 0) as owed,
           coalesce(-sum(entry.amount) filter (where entry.account = 'prepaid'), 0) as prepaid
    from ledger_entry entry
    join ledger_booking booking
      on booking.organization_id = entry.organization_id and booking.id = entry.booking_id
    where entry.organization_id = ? and entry.currency = ? and entry.account in ('receivable', 'prepaid')
      and booking.valued_on <= ?
    group by booking.organization_id, booking.id
  ) summed_booking`;

@Controller()
export class StatementQueries {
  @Handles(getStatementOfAccount)
  async getStatementOfAccount(
    { organizationId, currency, from, to, limit, cursor }: Input<typeof getStatementOfAccount>,
    { em }: QueryContext,
  ): Promise<Output<typeof getStatementOfAccount>> {
    if (to < from) throw inputError('PERIOD_INVALID', '/to', `must not be before ${from}`);
    const [afterDate, afterTime, afterRank, afterId] = readCursor(StatementCursor, cursor) ?? [];
    // One SQL statement, so that rows and balances contain the same bookings.
    const [statement] = await em.execute<(BalanceRow & { movements: MovementRow[] })[]>(
      `with movement as (${movementsSql}),
       page as (
         select id, kind, reason, document_id, invoice_ids, valued_on::text, booked_at, rank, owed::text,
                prepaid::text, (
           select number from receipt where organization_id = ? and booking_id = movement.id
         ) as receipt_number
         from movement
         where valued_on >= ? and (
           ?::date is null or (valued_on, booked_at, rank, id) > (?::date, ?::timestamptz, ?::integer, ?::uuid)
         )
         order by movement.valued_on, booked_at, rank, id limit ?
       )
       select coalesce(sum(owed) filter (where valued_on < ?), 0) as opening_owed,
              coalesce(sum(prepaid) filter (where valued_on < ?), 0) as opening_prepaid,
              coalesce(sum(owed), 0) as closing_owed, coalesce(sum(prepaid), 0) as closing_prepaid,
              (select coalesce(json_agg(page order by valued_on, booked_at, rank, id), '[]') from page) as movements
       from movement`,
      [
        toUuid(organizationId),
        currency,
        to,
        toUuid(organizationId),
        from,
        afterDate ?? null,
        afterDate ?? null,
        afterTime ?? null,
        afterRank ?? null,
        uuidOrNull(afterId),
        limit + 1,
        from,
        from,
      ],
    );
    const { movements: movementRows, ...balances } = statement!;
    const { rows, nextCursor } = cutPage(movementRows, limit, (row) => [
      row.valued_on,
      instantOf(row.booked_at),
      row.rank,
      toId('bkg', row.id),
    ]);
    const labels = await readDocumentLabels(em, organizationId, rows.flatMap(documentIdsOf));
    const toMoney = (amount: string): MoneyValue => ({ amount: Number(amount), currency });
    return {
      data: rows.map((row) => ({
        bookingId: toId('bkg', row.id),
        kind: rowKindOf(row.kind),
        valuedOn: row.valued_on,
        bookedAt: instantOf(row.booked_at),
        owed: toMoney(row.owed),
        prepaid: toMoney(row.prepaid),
        documentId: row.document_id as DocumentId | null,
        documentNumber: (row.document_id && labels.get(row.document_id)?.number) ?? null,
        documents: documentIdsOf(row).flatMap((id) => {
          const label = labels.get(id);
          return label ? [{ id, number: label.number }] : [];
        }),
        receiptNumber: row.receipt_number,
        reason: row.reason,
      })),
      nextCursor,
      opening: { owed: toMoney(balances.opening_owed), prepaid: toMoney(balances.opening_prepaid) },
      closing: { owed: toMoney(balances.closing_owed), prepaid: toMoney(balances.closing_prepaid) },
    };
  }

  @Handles(explainOpenInvoice)
  explainOpenInvoice(
    { organizationId, documentId }: Input<typeof explainOpenInvoice>,
    { em }: QueryContext,
  ): Promise<Output<typeof explainOpenInvoice>> {
    return explain(em, organizationId, documentId);
  }
}

/** Returns the document that the booking names, and the invoices of its entries. */
const documentIdsOf = ({ document_id: documentId, invoice_ids: invoiceIds }: MovementRow): DocumentId[] => [
  ...new Set([...(documentId === null ? [] : [documentId]), ...(invoiceIds ?? [])] as DocumentId[]),
];

/**
 * Returns the kind of the contract. The other kinds normally move only money of the seller. If they change the balance
 * of an organization, they correct an earlier ledger booking.
 */
function rowKindOf(kind: LedgerBookingKind): z.output<typeof StatementRowKind> {
  switch (kind) {
    case 'outgoing_payment':
    case 'suspense':
    case 'bank_movement':
    case 'clearing':
      return 'correction';
    default:
      return kind;
  }
}
