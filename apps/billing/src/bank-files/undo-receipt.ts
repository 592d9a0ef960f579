import { newId, toId, toUuid } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import { NO_ORGANIZATION } from '@cordee/service/database/tenant-context';
import type { BillingContext } from '../billing-context.ts';
import { intervalOf, productIdsOf } from '../documents/document-line.ts';
import { Invoice } from '../documents/invoice.entity.ts';
import { readLines } from '../documents/stored-lines.ts';
import { book } from '../ledger/book.ts';
import { entriesThatUndo, type LedgerAccount, type LedgerEntry } from '../ledger/ledger-entry.ts';
import { lockPrepaidAccount } from '../ledger/prepaid-account.ts';
import { prepaidBalance } from '../ledger/prepaid-balance.ts';
import { payOldestInvoices } from '../payments/pay-from-prepaid.ts';
import type { Booking } from './booking-identity.ts';
import type { Outcome } from './counted-booking.ts';

interface Original {
  id: `bkg_${string}`;
  organizationId: `org_${string}` | undefined;
  currency: Currency;
}

/**
 * The bank takes a credit back (C-BNK-14): what it did is undone by a booking of its own, and invoices that it paid are open again. Money
 * of it that prepaid spent meanwhile comes back from the payments that spent it, newest first, so that prepaid never falls below zero.
 */
export async function undoReceipt(context: BillingContext, id: `bkg_${string}`, booking: Booking): Promise<Outcome> {
  const { em, now } = context;
  const { entry, transaction } = booking;
  const original = await findOriginal(context, booking);
  if (!original) {
    const { amount, currency } = transaction.amount;
    await book(em, now, {
      organizationId: undefined,
      id,
      kind: 'reversal',
      valuedOn: entry.valueDate,
      currency,
      entries: [
        { account: 'bank', amount: -amount },
        { account: 'suspense', amount },
      ],
    });
    return { status: 'suspense', reason: 'reversal_unknown', detail: 'the booking that it takes back is not known' };
  }
  const { organizationId, currency } = original;
  if (organizationId) await lockPrepaidAccount(em, organizationId, now);
  const entries = await entriesOf(context, organizationId, original.id);
  if (organizationId) {
    const needed = entries.filter(({ account }) => account === 'prepaid').reduce((sum, { amount }) => sum - amount, 0);
    await freePrepaid(context, organizationId, currency, needed);
  }
  await undo(context, id, organizationId, original.id, currency, entries, entry.valueDate);
  if (organizationId) await payOldestInvoices(context, organizationId, currency);
  const documentId = entries.find((each) => each.documentId)?.documentId ?? null;
  return { status: 'reversed', organizationId: organizationId ?? null, documentId, reason: 'reversed', detail: null };
}

/** By the references that the bank gave it, else by our reference and the amount; each is taken back once. */
async function findOriginal(
  { em }: BillingContext,
  { identities, transaction }: Booking,
): Promise<Original | undefined> {
  const asCredits = identities.map((identity) => identity.replace('/debit-reversal/', '/credit/'));
  const [row] = await em.execute<{ id: string; organization_id: string | null; currency: Currency }[]>(
    `select booking.id, booking.organization_id, booking.currency from bank_booking booking
     where booking.status in ('paid', 'prepaid', 'suspense') and booking.amount = ? and booking.currency = ? and not booking.is_batch_total
       and not exists (select from ledger_booking undone where undone.undoes = booking.id)
       and (booking.id in (select booking_id from bank_booking_identity where identity in (select jsonb_array_elements_text(?::jsonb))) or booking.reference = ?)
     order by booking.id desc limit 1`,
    [
      transaction.amount.amount,
      transaction.amount.currency,
      JSON.stringify(asCredits),
      transaction.creditorReference ?? null,
    ],
  );
  return (
    row && {
      id: toId('bkg', row.id),
      organizationId: row.organization_id ? toId('org', row.organization_id) : undefined,
      currency: row.currency,
    }
  );
}

/** Undoes the newest payments from prepaid until so much is there. What went in is at least what came out, so there are enough of them. */
async function freePrepaid(
  context: BillingContext,
  organizationId: `org_${string}`,
  currency: Currency,
  needed: number,
): Promise<void> {
  const { em, now, seller } = context;
  let balance = await prepaidBalance(em, organizationId, currency);
  while (balance < needed) {
    const [payment] = await em.execute<{ id: string; amount: string }[]>(
      `select payment.id, entry.amount from ledger_booking payment
       join ledger_entry entry on entry.organization_id = payment.organization_id and entry.booking_id = payment.id and entry.account = 'prepaid' and entry.currency = ?
       where payment.organization_id = ? and payment.kind = 'payment'
         and not exists (select from ledger_booking undone where undone.organization_id = payment.organization_id and undone.undoes = payment.id)
       order by payment.booked_at desc, payment.id desc limit 1`,
      [currency, toUuid(organizationId)],
    );
    const id = toId('bkg', payment!.id);
    await undo(
      context,
      newId('bkg', now),
      organizationId,
      id,
      currency,
      await entriesOf(context, organizationId, id),
      seller.today(now),
    );
    balance += Number(payment!.amount);
  }
}

async function undo(
  context: BillingContext,
  id: `bkg_${string}`,
  organizationId: `org_${string}` | undefined,
  undoes: `bkg_${string}`,
  currency: Currency,
  entries: readonly LedgerEntry[],
  valuedOn: string,
): Promise<void> {
  const { em, now, publish } = context;
  const documentId = entries.find((each) => each.documentId)?.documentId;
  await book(em, now, {
    organizationId,
    id,
    kind: 'reversal',
    reason: 'reversed',
    undoes,
    valuedOn,
    currency,
    entries: entriesThatUndo(entries),
    ...(documentId && { documentId }),
  });
  if (!organizationId) return;
  for (const { account, amount, documentId: invoiceId } of entries) {
    if (account !== 'receivable') continue;
    const invoice = await em.findOneOrFail(Invoice, { organizationId, id: invoiceId as `inv_${string}` });
    const lines = await readLines(em, organizationId, invoice.id);
    await publish(invoice.reopen(-amount, intervalOf(lines), productIdsOf(lines)));
  }
}

async function entriesOf(
  { em }: BillingContext,
  organizationId: `org_${string}` | undefined,
  id: `bkg_${string}`,
): Promise<LedgerEntry[]> {
  const rows = await em.execute<{ account: LedgerAccount; amount: string; document_id: string | null }[]>(
    `select account, amount, document_id from ledger_entry where organization_id = ? and booking_id = ? order by position`,
    [organizationId ? toUuid(organizationId) : NO_ORGANIZATION, toUuid(id)],
  );
  return rows.map(({ account, amount, document_id }) => ({
    account,
    amount: Number(amount),
    ...(document_id && { documentId: document_id }),
  }));
}
