import type { BankFileReport } from '@cordee/contracts/billing/bank-file';
import { newId, toUuid } from '@cordee/contracts/id';
import { advisoryLock } from '@cordee/service/database/advisory-lock';
import { sendAhead } from '@cordee/service/database/orm';
import { sqlArray } from '@cordee/service/database/sql-values';
import type * as z from 'zod';
import type { BillingContext } from '../billing-context.ts';
import { numberInvoices } from '../documents/issue-invoice.ts';
import { payOldestInvoicesOfAccounts } from '../payments/pay-from-prepaid.ts';
import type { Seller } from '../seller/seller.ts';
import type { BankFileOutline } from './bank-file.ts';
import { invalidBankFile } from './bank-file-errors.ts';
import { reportOf } from './bank-file-report.ts';
import { BookedSets } from './booked-sets.ts';
import type { CheckedBankFile } from './camt-reader.ts';
import { clearEntries, moneySourceOf } from './clearing.ts';
import { MAX_ERRORS } from './camt-fields.ts';
import { importLockKey } from './import-lock.ts';
import { settleNotifiedPayments } from './notified-payments.ts';
import { recordOfPayment } from './recorded-booking.ts';
import { reversePayment } from './reverse-payment.ts';
import { recordStatements } from './statement-continuity.ts';
import { rememberPayers } from './store-bookings.ts';

/** The number of invoices that are numbered together. */
const INVOICES_PER_CHUNK = 1_000;

/**
 * Imports a checked file in the transaction of the context, set by set. A booking that several files contain is
 * processed once (PAY-2). A payment is applied to the target of its reference (PAY-3). Reversals are processed last,
 * after the invoices of the file have their numbers. `onProgress` receives the number of processed bookings after each
 * set.
 */
export async function importBankFile(
  context: BillingContext,
  fileId: `fil_${string}`,
  checkedFile: CheckedBankFile,
  onProgress: (bookingCount: number) => Promise<void> = async () => {},
): Promise<z.output<typeof BankFileReport>> {
  const { em, now, seller } = context;
  const file = withCanonicalAccounts(checkedFile.outline, seller);
  // The lock serializes imports: two concurrent imports must not both process the same booking.
  await advisoryLock(em, importLockKey);
  const bankFileId = storeFile(context, fileId, file);
  const bookedSets = new BookedSets(context, bankFileId, file);
  await checkedFile.readSets(async (set) => {
    await bookedSets.book(set);
    await onProgress(bookedSets.bookingCount);
  });
  const { importedBookings, drafts, reversals } = bookedSets;
  await bookedSets.creditReturnedPayments(await settleNotifiedPayments(context));

  await payOldestInvoicesOfAccounts(context, [...bookedSets.creditedAccounts]);
  clearEntries(context, bookedSets.valueDates);
  rememberPayers(em, bankFileId);
  const gaps = await recordStatements(em, bankFileId, file);
  for (let start = 0; start < drafts.length; start += INVOICES_PER_CHUNK)
    await numberInvoices(context, drafts.slice(start, start + INVOICES_PER_CHUNK));

  // A file may contain a credit and its reversal, so reversals need the stored invoices of the file. Reversals lock
  // prepaid accounts after the number series. This order can cause a deadlock; the transaction is then repeated.
  for (const booking of reversals) {
    const id = newId('bkg', now);
    const outcome = await reversePayment(context, id, booking, moneySourceOf(seller, booking.account));
    importedBookings.add(recordOfPayment(id, booking, outcome));
  }
  bookedSets.store();
  return reportOf(bankFileId, { ...file, remarks: [...gaps, ...file.remarks] }, now, importedBookings);
}

function storeFile({ em, now }: BillingContext, fileId: `fil_${string}`, file: BankFileOutline): `bkf_${string}` {
  const id = newId('bkf', now);
  sendAhead(
    em,
    `insert into bank_file (id, file_id, kind, message_id, accounts, covers_until, imported_at)
     values (?, ?, ?, ?, ?, ?, ?)`,
    [
      toUuid(id),
      toUuid(fileId),
      file.kind,
      file.messageId,
      sqlArray([...new Set(file.statements.map(({ account }) => account))]),
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
function withCanonicalAccounts(file: BankFileOutline, seller: Seller): BankFileOutline {
  const errors = file.statements.flatMap(({ account, pointer, line }) =>
    seller.ownAccount(account)
      ? []
      : [
          {
            pointer: `${pointer}/Acct/Id`,
            code: 'ACCOUNT_UNKNOWN',
            detail: `${account} is no account of the seller: SELLER_ACCOUNTS has ${seller.ibans.join(', ')}`,
            line,
          },
        ],
  );
  if (errors.length > 0) throw invalidBankFile(errors[0]!.detail, errors.slice(0, MAX_ERRORS));
  return {
    ...file,
    statements: file.statements.map((statement) => ({ ...statement, account: seller.ownAccount(statement.account)! })),
  };
}
