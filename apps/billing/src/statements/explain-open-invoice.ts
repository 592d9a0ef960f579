import type { explainOpenInvoice as contract } from '@cordee/contracts/billing/statement';
import type { PrepaidReason } from '@cordee/contracts/billing/prepaid';
import type { Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { toId, toUuid } from '@cordee/contracts/id';
import { Currency } from '@cordee/contracts/values';
import { decimalsOf } from '@cordee/money/money';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import type { DocumentId } from '../documents/stored-document.ts';
import { readDocumentLabels } from './document-labels.ts';

type Explanation = Output<typeof contract>;

interface PaymentRow {
  id: string;
  valued_on: string;
  currency: Currency;
  amount: string;
  reason: z.output<typeof PrepaidReason>;
  document_id: string | null;
  likeness: Explanation['payments'][number]['likeness'];
}

interface InvoiceRow {
  currency: Currency;
  open_amount: string;
  reference: string;
  prepaid: string;
}

const MAX_PAYMENTS = 20;
/** Currency → minor units of the amount 1. The factors convert an amount to the decimals of another currency. */
const MINOR_UNITS = Object.fromEntries(Currency.options.map((each) => [each, 10 ** decimalsOf(each)]));
/** Payments that arrived up to this many days before the issue of the invoice are considered. */
const DAYS_BEFORE_ISSUE = 60;

/**
 * Explains why an invoice is open, by its payments that were taken back, and by the payments that went to prepaid since
 * shortly before its issue (REM-3).
 */
export async function explainOpenInvoice(
  em: EntityManager,
  organizationId: `org_${string}`,
  invoiceId: `inv_${string}`,
): Promise<Explanation> {
  const [[invoice], payments] = await Promise.all([
    em.execute<InvoiceRow[]>(
      `select currency, open_amount, reference, (
         select coalesce(-sum(amount), 0) from ledger_entry entry
         where entry.organization_id = document.organization_id and entry.account = 'prepaid'
           and entry.currency = document.currency
       ) as prepaid
       from document where organization_id = ? and id = ? and kind = 'invoice'`,
      [toUuid(organizationId), toUuid(invoiceId)],
    ),
    em.execute<PaymentRow[]>(
      `select * from (
         select booking.id, booking.valued_on::text, booking.reason, booking.document_id, entry.currency,
                -entry.amount as amount,
                case when booking.document_id = ? then 'same_document'
                     when -entry.amount * unit.invoice not in (
                       invoice.open_amount * unit.payment, invoice.total * unit.payment
                     ) then null
                     when entry.currency = invoice.currency then 'same_amount'
                     else 'other_currency' end as likeness
         from document invoice
         join ledger_booking booking on booking.organization_id = invoice.organization_id
           and booking.kind = 'incoming_payment' and booking.valued_on >= invoice.issued_on - ?::integer
         join ledger_entry entry on entry.organization_id = booking.organization_id and entry.booking_id = booking.id
           and entry.account = 'prepaid' and entry.amount < 0
         cross join lateral (
           select (units ->> invoice.currency)::numeric as invoice, (units ->> entry.currency)::numeric as payment
           from (values (?::jsonb)) by_currency (units)
         ) unit
         where invoice.organization_id = ? and invoice.id = ? and invoice.kind = 'invoice'
           and not exists (
             select from ledger_booking reversal
             where reversal.organization_id = booking.organization_id and reversal.reverses = booking.id
           )
         union all
         select booking.id, booking.valued_on::text, 'reversed', entry.document_id, entry.currency, entry.amount,
                'same_document'
         from document invoice
         join ledger_entry entry on entry.organization_id = invoice.organization_id and entry.document_id = ?
           and entry.account = 'receivable' and entry.amount > 0
         join ledger_booking booking on booking.organization_id = entry.organization_id
           and booking.id = entry.booking_id and booking.kind in ('reversal', 'chargeback')
         where invoice.organization_id = ? and invoice.id = ? and invoice.kind = 'invoice' and invoice.open_amount > 0
       ) payment
       where likeness is not null and reason <> 'overpaid'
       order by array_position(array['same_document', 'same_amount', 'other_currency'], likeness),
                valued_on desc, id desc
       limit ?`,
      [
        invoiceId,
        DAYS_BEFORE_ISSUE,
        JSON.stringify(MINOR_UNITS),
        toUuid(organizationId),
        toUuid(invoiceId),
        invoiceId,
        toUuid(organizationId),
        toUuid(invoiceId),
        MAX_PAYMENTS,
      ],
    ),
  ]);
  if (!invoice) throw new DomainError('DOCUMENT_NOT_FOUND');
  const labels = await readDocumentLabels(
    em,
    organizationId,
    payments.flatMap(({ document_id }) => (document_id === null ? [] : [document_id as DocumentId])),
  );
  const { currency } = invoice;
  const open = Number(invoice.open_amount);
  return {
    open: { amount: open, currency },
    rightReference: invoice.reference,
    prepaid: { amount: Number(invoice.prepaid), currency },
    canPayFromPrepaid: open > 0 && Number(invoice.prepaid) >= open,
    payments: payments.map((payment) => {
      const usedDocument = payment.document_id === null ? undefined : labels.get(payment.document_id);
      return {
        bookingId: toId('bkg', payment.id),
        valuedOn: payment.valued_on,
        amount: { amount: Number(payment.amount), currency: payment.currency },
        reason: payment.reason,
        likeness: payment.likeness,
        usedDocumentId: payment.document_id as DocumentId | null,
        usedDocumentNumber: usedDocument?.number ?? null,
        usedPeriod: usedDocument?.period ?? null,
      };
    }),
  };
}
