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
import { recordTotals, sourceOf } from './clearing.ts';
import { importLock } from './import-lock.ts';
import { ImportedBookings } from './imported-bookings.ts';
import { KnownBookings } from './known-bookings.ts';
import { movementsOf, type Booking, type UnprocessableBooking } from './movements.ts';
import { OwnMovements } from './own-movements.ts';
import { withPlausibleDates } from './plausible-dates.ts';
import { recordedBooking, recordedUnprocessable, type RecordedBooking } from './recorded-booking.ts';
import { reversePayment } from './reverse-payment.ts';
import { recordStatements } from './statement-continuity.ts';
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
  const { em, now, publish, seller } = context;
  const file = withPlausibleDates(withOwnAccounts(fileAsRead, seller), now);
  const counting = seller.bankReport;
  // The lock serializes imports: two concurrent imports must not both process the same booking.
  await advisoryLock(em, importLock);
  const own = await OwnMovements.load(em, file);
  const movements = movementsOf(file, counting, own.isOwn);
  const { payments, unprocessable, totals, ownMovements, ignored } = movements;
  const imported = new ImportedBookings(
    await KnownBookings.load(
      em,
      Object.values(movements).flatMap((each: readonly { identity: { key: string } }[]) =>
        each.map(({ identity }) => identity.key),
      ),
    ),
  );
  const bankFileId = storeFile(context, fileId, file);
  const store = (): void => storeBookings(em, bankFileId, imported.takeUnstored());
  const isNew = (booking: Booking): boolean => imported.claim(booking, booking.transaction.amount);

  const newPayments = payments.filter(isNew);
  const source = sourceOf(counting);
  const drafts = await applyPayments(
    context,
    newPayments.filter(({ transaction }) => transaction.direction === 'credit'),
    source,
    imported,
    store,
  );
  recordTotals(context, { fileId: bankFileId, kind: file.kind }, totals, imported);
  recordUnprocessable(context, file.kind === counting ? source : 'bank', unprocessable, imported);
  const bookedOwn = own.book(context, ownMovements.filter(isNew));
  for (const booking of bookedOwn) imported.add(booking);
  await publish(bookedOwn.flatMap(returnedToPrepaid));
  for (const booking of ignored.filter(isNew))
    imported.add(
      recordedBooking(newId('bkg', now), booking, { status: 'ignored', detail: 'the account statement books it' }),
    );
  store();
  const gaps = await recordStatements(em, bankFileId, file);
  await numberInvoices(context, drafts);

  // A file may contain a credit and its reversal, so reversals need the stored invoices of the file. Reversals lock
  // prepaid accounts after the number series. This order can cause a deadlock; the transaction is then repeated.
  for (const booking of newPayments.filter(({ transaction }) => transaction.direction === 'debit')) {
    const id = newId('bkg', now);
    imported.add(recordedBooking(id, booking, await reversePayment(context, id, booking, source)));
  }
  store();
  return reportOf(bankFileId, { ...file, remarks: [...gaps, ...file.remarks] }, now, imported);
}

/** The event of a payment to a customer that was returned. */
const returnedToPrepaid = ({ id, status, organizationId, amount, valueDate }: RecordedBooking): DomainEvent[] =>
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
  source: 'bank' | 'clearing',
  bookings: readonly UnprocessableBooking[],
  imported: ImportedBookings,
): void {
  const ledgerBookings = bookings.flatMap((booking): LedgerBooking[] => {
    const { amount, direction, valueDate, bookingDate } = booking.entry;
    if (!imported.claim(booking, amount)) return [];
    const id = newId('bkg', now);
    imported.add(recordedUnprocessable(id, booking));
    if (!amount) return [];
    const signed = direction === 'credit' ? amount.amount : -amount.amount;
    return [
      {
        organizationId: undefined,
        id,
        kind: 'incoming_payment',
        // Both dates are undefined when they are missing or implausible.
        valuedOn: valueDate ?? bookingDate ?? seller.today(now),
        currency: amount.currency,
        entries: [
          { account: source, amount: signed },
          { account: 'suspense', amount: -signed },
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
