import { newId, toId, toUuid } from '@cordee/contracts/id';
import { uuidList } from '@cordee/service/database/sql-values';
import type { BillingContext } from '../billing-context.ts';
import type { DocumentLine } from '../documents/document-line.ts';
import { Invoice } from '../documents/invoice.entity.ts';
import { openAmountOf, payInvoice, type PayableInvoice } from '../documents/invoice-payment.ts';
import { payableColumnsSql, toPayableInvoice, updatePaidInvoices, type PayableRow } from '../documents/invoice-rows.ts';
import { readLinesOf } from '../documents/stored-lines.ts';
import { postLedgerBookings, type LedgerBooking } from '../ledger/post-ledger-booking.ts';
import { entriesOfPrepaidPayment, type LedgerEntry } from '../ledger/ledger-entry.ts';
import { readPrepaidBalance } from '../ledger/prepaid-balance.ts';
import { readPrepaidSettings } from '../ledger/prepaid-settings.ts';

/**
 * Posts the payment of an invoice from prepaid; does not change the invoice. `entriesOfShortfall` are the entries of an
 * accepted shortfall. The caller must first lock the account and check the balance.
 */
export function spendPrepaid(
  context: BillingContext,
  invoice: Pick<Invoice, 'organizationId' | 'id' | 'currency'>,
  amount: number,
  entriesOfShortfall: readonly LedgerEntry[] = [],
): void {
  const booking = prepaidPaymentBooking(context, invoice, amount);
  const entries = entriesOfPrepaidPayment(invoice.id, amount, entriesOfShortfall);
  postLedgerBookings(context.em, context.now, [{ ...booking, entries }]);
}

/** Returns the ledger booking of the payment of an invoice from prepaid. */
export const prepaidPaymentBooking = (
  { now, seller }: Pick<BillingContext, 'now' | 'seller'>,
  { organizationId, id, currency }: Pick<Invoice, 'organizationId' | 'id' | 'currency'>,
  amount: number,
): LedgerBooking => ({
  organizationId,
  id: newId('bkg', now),
  kind: 'prepaid_payment',
  reason: 'used',
  documentId: id,
  valuedOn: seller.today(now),
  currency,
  entries: entriesOfPrepaidPayment(id, amount),
});

/**
 * Pays the open amount of an invoice, or a part of it (`amount`), from prepaid. Returns the event. The caller must
 * first lock the account and check the balance.
 */
export function payInvoiceFromPrepaid(
  context: BillingContext,
  invoice: Invoice,
  lines: readonly DocumentLine[],
  amount = invoice.openAmount(),
): ReturnType<Invoice['pay']> {
  spendPrepaid(context, invoice, amount);
  return invoice.pay(amount, context.seller.today(context.now), 'prepaid', lines);
}

/**
 * Pays open invoices of the currency from prepaid, `firstInvoiceId` first and then the oldest, each only if the balance
 * covers it in full (PAY-3). Does nothing when the organization switched `paysInvoices` off. Never pays a pro forma,
 * which is not a debt. Also pays invoices that renewal warranty holds: the hold prevents fees and blocks, but the
 * invoice is due. The caller must first lock the account.
 */
export async function payOldestInvoices(
  context: BillingContext,
  organizationId: `org_${string}`,
  currency: Invoice['currency'],
  firstInvoiceId?: string | null,
): Promise<void> {
  const { em, publish } = context;
  const [{ paysInvoices }, balance] = await Promise.all([
    readPrepaidSettings(em, organizationId),
    readPrepaidBalance(em, organizationId, currency),
  ]);
  if (!paysInvoices || balance <= 0) return;
  const openInvoices = await em.find(
    Invoice,
    { organizationId, currency, status: { $in: ['open', 'part_paid'] } },
    { orderBy: { issuedOn: 'asc', id: 'asc' }, refresh: true },
  );
  const sortedInvoices = openInvoices.toSorted(
    (left, right) => Number(right.id === firstInvoiceId) - Number(left.id === firstInvoiceId),
  );
  const coveredInvoices = selectCoveredInvoices(sortedInvoices, balance);
  if (coveredInvoices.length === 0) return;
  const lines = await readLinesOf(em, coveredInvoices);
  await publish(coveredInvoices.map((invoice) => payInvoiceFromPrepaid(context, invoice, lines.get(invoice.id)!)));
}

/** A prepaid account in one currency. */
interface PrepaidAccountKey {
  readonly organizationId: `org_${string}`;
  readonly currency: Invoice['currency'];
}

/** The number of accounts whose invoices are read together and written together. */
const CHUNK_SIZE = 500;

/** Like `payOldestInvoices`, for many locked accounts. MikroORM must not manage the invoices of the organizations. */
export async function payOldestInvoicesOfAccounts(
  context: BillingContext,
  accounts: readonly PrepaidAccountKey[],
): Promise<void> {
  for (let start = 0; start < accounts.length; start += CHUNK_SIZE)
    await payOldestInvoicesOfChunk(context, accounts.slice(start, start + CHUNK_SIZE));
}

async function payOldestInvoicesOfChunk(
  context: BillingContext,
  accounts: readonly PrepaidAccountKey[],
): Promise<void> {
  const { em, now, publish, seller } = context;
  const keyOf = ({ organizationId, currency }: PrepaidAccountKey): string => `${organizationId} ${currency}`;
  const rows = await em.execute<{ organization_id: string; currency: Invoice['currency']; balance: string }[]>(
    `select organization_id, account.currency, -sum(entry.amount) as balance
     from jsonb_to_recordset(?::jsonb) as account (organization_id uuid, currency text)
     join prepaid_account using (organization_id)
     join ledger_entry entry using (organization_id, currency)
     where pays_invoices and entry.account = 'prepaid'
     group by organization_id, account.currency having sum(entry.amount) < 0`,
    [
      JSON.stringify(
        accounts.map(({ organizationId, currency }) => ({ organization_id: toUuid(organizationId), currency })),
      ),
    ],
  );
  if (rows.length === 0) return;
  const balances = new Map(
    rows.map((row) => [
      keyOf({ organizationId: toId('org', row.organization_id), currency: row.currency }),
      Number(row.balance),
    ]),
  );
  const openRows = await em.execute<PayableRow[]>(
    `select ${payableColumnsSql} from invoice
     where organization_id = any(?::uuid[]) and status in ('open', 'part_paid') order by invoice.issued_on, id`,
    [uuidList(new Set(rows.map((row) => toId('org', row.organization_id))))],
  );
  const openInvoices = openRows.map(toPayableInvoice);
  const coveredInvoices = [...Map.groupBy(openInvoices, keyOf)].flatMap(([key, invoices]) =>
    selectCoveredInvoices(invoices, balances.get(key) ?? 0),
  );
  if (coveredInvoices.length === 0) return;
  const lines = await readLinesOf(em, coveredInvoices);
  const today = seller.today(now);
  postLedgerBookings(
    em,
    now,
    coveredInvoices.map((invoice) => prepaidPaymentBooking(context, invoice, openAmountOf(invoice))),
  );
  const events = coveredInvoices.map((invoice) =>
    payInvoice(invoice, { amount: openAmountOf(invoice), paidOn: today, method: 'prepaid' }, lines.get(invoice.id)!),
  );
  updatePaidInvoices(em, coveredInvoices);
  await publish(events);
}

/** Returns the oldest invoices that the balance covers, each in full. */
function selectCoveredInvoices<I extends PayableInvoice>(openInvoices: readonly I[], balance: number): I[] {
  let remaining = balance;
  return openInvoices.filter((invoice) => {
    // The balance may still cover a newer, smaller invoice.
    if (openAmountOf(invoice) > remaining) return false;
    remaining -= openAmountOf(invoice);
    return true;
  });
}
