import type { BankFileReport } from '@cordee/contracts/billing/bank-file';
import { prepaidCredited } from '@cordee/contracts/billing/prepaid';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId, toUuid } from '@cordee/contracts/id';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { advisoryLock } from '@cordee/service/database/advisory-lock';
import { sendAhead } from '@cordee/service/database/orm';
import type * as z from 'zod';
import type { BillingContext } from '../billing-context.ts';
import { numberInvoices } from '../documents/issue-invoice.ts';
import { postLedgerBookings, type LedgerBooking } from '../ledger/post-ledger-booking.ts';
import type { Seller } from '../seller/seller.ts';
import { applyPayments } from './apply-payments.ts';
import type { BankFile } from './bank-file.ts';
import { reportOf } from './bank-file-report.ts';
import { recordTotals, sourceAccountOf } from './clearing.ts';
import { importLockKey } from './import-lock.ts';
import { ImportedBookings } from './imported-bookings.ts';
import { KnownBookings } from './known-bookings.ts';
import { movementsOf, type Booking, type UnprocessableBooking } from './movements.ts';
import { OwnMovementRules } from './own-movement-rules.ts';
import { withPlausibleDates } from './plausible-dates.ts';
import { recordOfPayment, recordOfUnprocessable, type RecordedBooking } from './recorded-booking.ts';
import { reversePayment } from './reverse-payment.ts';
import { recordStatements } from './statement-continuity.ts';
import { storeBookings } from './store-bookings.ts';

/**
 * Imports a file. A booking that several files contain is processed once (PAY-2). A payment is applied to the target of
 * its reference (PAY-3). Reversals are processed last, after the invoices of the file have their numbers.
 */
export async function importBankFile(
  context: BillingContext,
  fileId: `fil_${string}`,
  fileAsRead: BankFile,
): Promise<z.output<typeof BankFileReport>> {
  const { em, now, publish, seller } = context;
  const file = withPlausibleDates(withCanonicalAccounts(fileAsRead, seller), now);
  const countingReport = seller.bankReport;
  // The lock serializes imports: two concurrent imports must not both process the same booking.
  await advisoryLock(em, importLockKey);
  const ownMovementRules = await OwnMovementRules.load(em, file);
  const movements = movementsOf(file, countingReport, ownMovementRules.isOwnMovement);
  const { payments, unprocessable, totals, ownMovements, ignored } = movements;
  const importedBookings = new ImportedBookings(
    await KnownBookings.load(
      em,
      Object.values(movements).flatMap((bookings: readonly { identity: { key: string } }[]) =>
        bookings.map(({ identity }) => identity.key),
      ),
    ),
  );
  const bankFileId = storeFile(context, fileId, file);
  const storeImported = (): void => storeBookings(em, bankFileId, importedBookings.takeUnstored());
  const claim = (booking: Booking): boolean => importedBookings.claim(booking, booking.transaction.amount);

  const newPayments = payments.filter(claim);
  const sourceAccount = sourceAccountOf(countingReport);
  const drafts = await applyPayments(
    context,
    newPayments.filter(({ transaction }) => transaction.direction === 'credit'),
    sourceAccount,
    importedBookings,
    storeImported,
  );
  recordTotals(context, { fileId: bankFileId, kind: file.kind }, totals, importedBookings);
  recordUnprocessable(context, file.kind === countingReport ? sourceAccount : 'bank', unprocessable, importedBookings);
  const bookedOwnMovements = ownMovementRules.book(context, ownMovements.filter(claim));
  for (const booking of bookedOwnMovements) importedBookings.add(booking);
  await publish(bookedOwnMovements.flatMap(eventsOfReturnedPayment));
  for (const booking of ignored.filter(claim))
    importedBookings.add(
      recordOfPayment(newId('bkg', now), booking, { status: 'ignored', detail: 'the account statement books it' }),
    );
  storeImported();
  const gaps = await recordStatements(em, bankFileId, file);
  await numberInvoices(context, drafts);

  // A file may contain a credit and its reversal, so reversals need the stored invoices of the file. Reversals lock
  // prepaid accounts after the number series. This order can cause a deadlock; the transaction is then repeated.
  for (const booking of newPayments.filter(({ transaction }) => transaction.direction === 'debit')) {
    const id = newId('bkg', now);
    importedBookings.add(recordOfPayment(id, booking, await reversePayment(context, id, booking, sourceAccount)));
  }
  storeImported();
  return reportOf(bankFileId, { ...file, remarks: [...gaps, ...file.remarks] }, now, importedBookings);
}

/** A returned payment to a customer has one event; every other own movement has none. */
const eventsOfReturnedPayment = ({ id, status, organizationId, amount, valueDate }: RecordedBooking): DomainEvent[] =>
  status === 'prepaid' && organizationId && amount && valueDate
    ? [
        domainEvent(prepaidCredited, {
          organizationId,
          bookingId: id,
          amount,
          currency: amount.currency,
          reason: 'reversed',
          valueDate,
          documentId: null,
        }),
      ]
    : [];

/**
 * Posts the new unprocessable entries to suspense for the staff. An entry without a readable amount gets no ledger
 * booking.
 */
function recordUnprocessable(
  { em, now, seller }: BillingContext,
  sourceAccount: 'bank' | 'clearing',
  bookings: readonly UnprocessableBooking[],
  importedBookings: ImportedBookings,
): void {
  const ledgerBookings = bookings.flatMap((booking): LedgerBooking[] => {
    const { amount, direction, valueDate, bookingDate } = booking.entry;
    if (!importedBookings.claim(booking, amount)) return [];
    const id = newId('bkg', now);
    importedBookings.add(recordOfUnprocessable(id, booking));
    if (!amount) return [];
    const signedAmount = direction === 'credit' ? amount.amount : -amount.amount;
    return [
      {
        organizationId: undefined,
        id,
        kind: 'incoming_payment',
        // Both dates are undefined when they are missing or implausible.
        valuedOn: valueDate ?? bookingDate ?? seller.today(now),
        currency: amount.currency,
        entries: [
          { account: sourceAccount, amount: signedAmount },
          { account: 'suspense', amount: -signedAmount },
        ],
      },
    ];
  });
  postLedgerBookings(em, now, ledgerBookings);
}

function storeFile({ em, now }: BillingContext, fileId: `fil_${string}`, file: BankFile): `bkf_${string}` {
  const id = newId('bkf', now);
  sendAhead(
    em,
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
 * Refuses a file with an account that does not belong to the seller. Replaces each account number by its canonical
 * form.
 */
function withCanonicalAccounts(file: BankFile, seller: Seller): BankFile {
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
