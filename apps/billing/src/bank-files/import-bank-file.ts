import type { BankFileReport } from '@cordee/contracts/billing/bank-file';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId, toUuid } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import { advisoryLock } from '@cordee/service/database/advisory-lock';
import type * as z from 'zod';
import type { BillingContext } from '../billing-context.ts';
import { numberInvoices, type InvoiceDraft } from '../documents/issue-invoice.ts';
import { lockPrepaidAccounts } from '../ledger/prepaid-account.ts';
import { payOldestInvoices } from '../payments/pay-from-prepaid.ts';
import type { Seller } from '../seller/seller.ts';
import type { BankFile } from './bank-file.ts';
import { reportOf } from './bank-file-report.ts';
import { applyPayment } from './apply-payment.ts';
import { bookingsOf, type Booking } from './booking-identity.ts';
import { entryKindOf, type EntryKind } from './entry-kind.ts';
import { ImportedBookings } from './imported-bookings.ts';
import { knownBatches, knownIdentities, ownersOfReferences, payersByIban } from './known-bookings.ts';
import { withPlausibleDates } from './plausible-dates.ts';
import { recordBatchTotal, recordReturnedPayment, recordUnprocessable } from './record-suspense.ts';
import { recordedBooking } from './recorded-booking.ts';
import { reversePayment } from './reverse-payment.ts';
import { storeBookings } from './store-bookings.ts';

/**
 * Imports a file in one transaction. A booking that several files contain is processed once (PAY-2). A payment is
 * applied to the target of its reference (PAY-3). Reversals are processed last, after the invoices of the file have
 * their numbers.
 */
export async function importBankFile(
  context: BillingContext,
  fileId: `fil_${string}`,
  fileAsRead: BankFile,
): Promise<z.output<typeof BankFileReport>> {
  const { em, now } = context;
  const file = withPlausibleDates(withOwnAccounts(fileAsRead, context.seller), now);
  const { bookings, batchTotals, unprocessable } = bookingsOf(file);
  // The lock serializes imports: two concurrent imports must not both process the same booking.
  await advisoryLock(em, 'bank file import');
  const imported = new ImportedBookings(
    await knownIdentities(
      em,
      [...bookings, ...batchTotals, ...unprocessable].flatMap(({ identities }) => identities),
    ),
  );
  const batches = await knownBatches(
    em,
    [...bookings, ...batchTotals].flatMap(({ batch }) => batch ?? []),
  );
  const bankFileId = await storeFile(context, fileId, file);

  const newBookings = bookings.filter((booking) => imported.claim(booking, booking.transaction.amount));
  const newBookingsOfKind = (kind: EntryKind): Booking[] =>
    newBookings.filter(({ entry, transaction }) => entryKindOf(entry, transaction.direction) === kind);
  // If the total of a batch is stored, its payments are posted from suspense. Else they are posted from the bank, and
  // the total in this file or a later file is a duplicate.
  for (const { batch } of newBookings) if (batch && !batches.totals.has(batch)) batches.detailed.add(batch);

  const drafts = await applyPayments(context, newBookingsOfKind('incoming'), batches.totals, imported);
  for (const batchTotal of batchTotals) {
    // A total is a duplicate when a payment of its batch is processed.
    const isDetailed = batchTotal.batch !== undefined && batches.detailed.has(batchTotal.batch);
    if (imported.claim(batchTotal, batchTotal.entry.amount, isDetailed))
      imported.add(await recordBatchTotal(context, batchTotal));
  }
  for (const booking of unprocessable)
    if (imported.claim(booking, booking.entry.amount)) imported.add(await recordUnprocessable(context, booking));
  for (const booking of newBookingsOfKind('outgoing'))
    imported.add(recordedBooking(newId('bkg', now), booking, { status: 'ignored', detail: 'outgoing payment' }));
  for (const booking of newBookingsOfKind('outgoing_reversed'))
    imported.add(await recordReturnedPayment(context, booking));
  await storeBookings(em, bankFileId, imported.takeUnstored());
  await numberInvoices(context, drafts);

  // A file may contain a credit and its reversal, so reversals need the stored invoices of the file. Reversals lock
  // prepaid accounts after the number series. This order can cause a deadlock; the transaction is then repeated.
  for (const booking of newBookingsOfKind('incoming_reversed')) {
    const id = newId('bkg', now);
    imported.add(recordedBooking(id, booking, await reversePayment(context, id, booking)));
  }
  await storeBookings(em, bankFileId, imported.takeUnstored());
  return reportOf(bankFileId, file, now, imported.reported);
}

/**
 * Applies incoming payments, then pays open invoices from the credited prepaid accounts. Returns the new invoices,
 * which the caller numbers.
 */
async function applyPayments(
  context: BillingContext,
  payments: readonly Booking[],
  batchesWithTotal: ReadonlySet<string>,
  imported: ImportedBookings,
): Promise<InvoiceDraft[]> {
  const { em, now } = context;
  const owners = await ownersOfReferences(
    em,
    payments.flatMap(({ transaction }) => transaction.creditorReference ?? []),
  );
  const payers = await payersByIban(
    em,
    payments.flatMap(({ transaction }) => transaction.debtorIban ?? []),
  );
  await lockPrepaidAccounts(
    em,
    [...[...owners.values()].map(({ organizationId }) => organizationId), ...payers.values()],
    now,
  );

  const drafts: InvoiceDraft[] = [];
  const creditedAccounts = new Map<string, { organizationId: `org_${string}`; currency: Currency }>();
  for (const booking of payments) {
    const { creditorReference, debtorIban } = booking.transaction;
    const id = newId('bkg', now);
    const outcome = await applyPayment(
      context,
      id,
      booking,
      {
        from: booking.batch && batchesWithTotal.has(booking.batch) ? 'suspense' : 'bank',
        owner: creditorReference ? owners.get(creditorReference) : undefined,
        payer: debtorIban ? payers.get(debtorIban) : undefined,
      },
      drafts,
    );
    const recorded = recordedBooking(id, booking, outcome);
    imported.add(recorded);
    const { organizationId, amount } = recorded;
    const isCredited = recorded.status === 'prepaid' || recorded.reason === 'overpaid';
    // Empties MikroORM's identity map: otherwise each flush would compare the entities of all earlier bookings.
    await em.flush();
    em.clear();
    if (organizationId && amount && isCredited)
      creditedAccounts.set(`${organizationId} ${amount.currency}`, { organizationId, currency: amount.currency });
  }
  for (const { organizationId, currency } of creditedAccounts.values())
    await payOldestInvoices(context, organizationId, currency);
  return drafts;
}

async function storeFile(
  { em, now }: BillingContext,
  fileId: `fil_${string}`,
  file: BankFile,
): Promise<`bkf_${string}`> {
  const id = newId('bkf', now);
  await em.execute(
    `insert into bank_file (id, file_id, kind, message_id, covers_until, imported_at) values (?, ?, ?, ?, ?, ?)`,
    [
      toUuid(id),
      toUuid(fileId),
      file.kind,
      file.messageId,
      // The clock of the bank may be ahead of our clock. A file never covers the future.
      new Date(Math.min(Date.parse(file.createdAt), now.getTime())),
      now,
    ],
  );
  return id;
}

/**
 * Refuses a file with an account that does not belong to the seller. Replaces account numbers by the canonical form.
 */
function withOwnAccounts(file: BankFile, seller: Seller): BankFile {
  const errors = file.statements.flatMap(({ account }, index) =>
    seller.ownAccount(account)
      ? []
      : [
          {
            pointer: `/statements/${index}/account`,
            code: 'ACCOUNT_UNKNOWN',
            detail: `${account} is not an account of the seller`,
          },
        ],
  );
  if (errors.length > 0) throw new DomainError('BANK_FILE_INVALID', { detail: errors[0]!.detail, errors });
  return {
    ...file,
    statements: file.statements.map((statement) => ({ ...statement, account: seller.ownAccount(statement.account)! })),
  };
}
