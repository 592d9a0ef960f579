import type { BankFileReport } from '@cordee/contracts/billing/bank-file';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId, toUuid } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import { advisoryLock } from '@cordee/service/database/advisory-lock';
import type * as z from 'zod';
import type { BillingContext } from '../billing-context.ts';
import type { Invoice } from '../documents/invoice.entity.ts';
import { numberInvoices } from '../documents/issue-invoice.ts';
import { lockPrepaidAccounts } from '../ledger/prepaid-account.ts';
import { payOldestInvoices } from '../payments/pay-from-prepaid.ts';
import type { Seller } from '../seller/seller.ts';
import type { BankFile } from './bank-file.ts';
import { reportOf } from './bank-file-report.ts';
import { BookingCount, sortOf } from './booking-count.ts';
import { bookingsOf, type Booking } from './booking-identity.ts';
import { countedBooking } from './counted-booking.ts';
import { countOdd, countReturned, countTotal } from './count-suspense.ts';
import { knownBatches, knownIdentities, ownersOfReferences, payersByAccount } from './known-bookings.ts';
import { withPlausibleDates } from './plausible-dates.ts';
import { storeBookings } from './store-bookings.ts';
import { takeReceipt } from './take-receipt.ts';
import { undoReceipt } from './undo-receipt.ts';

/**
 * Counts every booking of a file once, whatever was imported before (PAY-2), and gives the money to what it is for (PAY-3), in one
 * transaction: first all receipts and the invoices they make, then what is taken back.
 */
export async function importBankFile(
  context: BillingContext,
  fileId: `fil_${string}`,
  read: BankFile,
): Promise<z.output<typeof BankFileReport>> {
  const { em, now } = context;
  const file = withPlausibleDates(withOwnAccounts(read, context.seller), now);
  const { bookings, batchTotals, suspense } = bookingsOf(file);
  // A booking that is in two files counts once.
  await advisoryLock(em, 'bank file import');
  const count = new BookingCount(
    await knownIdentities(
      em,
      [...bookings, ...batchTotals, ...suspense].flatMap(({ identities }) => identities),
    ),
  );
  const batches = await knownBatches(
    em,
    [...bookings, ...batchTotals].flatMap(({ batch }) => batch ?? []),
  );
  const bankFileId = await storeFile(context, fileId, file);

  const fresh = bookings.filter((booking) => count.isNew(booking, booking.transaction.amount));
  const of = (sort: ReturnType<typeof sortOf>): Booking[] =>
    fresh.filter(({ entry, transaction }) => sortOf(entry, transaction.direction) === sort);
  for (const { batch } of fresh) if (batch && !batches.totals.has(batch)) batches.detailed.add(batch);

  const drafts = await takeReceipts(context, of('receipt'), batches.totals, count);
  for (const total of batchTotals) {
    const isDetailed = total.batch !== undefined && batches.detailed.has(total.batch);
    if (count.isNew(total, total.entry.amount, isDetailed)) count.add(await countTotal(context, total));
  }
  for (const odd of suspense) if (count.isNew(odd, odd.odd.amount)) count.add(await countOdd(context, odd));
  for (const booking of of('outgoing'))
    count.add(countedBooking(newId('bkg', now), booking, { status: 'ignored', detail: 'money that went out' }));
  for (const booking of of('outgoing_reversed')) count.add(await countReturned(context, booking));
  await storeBookings(em, bankFileId, count.take());
  await numberInvoices(context, drafts);

  // After the numbers, because a credit and its reversal may stand in one file. Whoever then waits for whom is sorted out by a repeat.
  for (const booking of of('receipt_reversed')) {
    const id = newId('bkg', now);
    count.add(countedBooking(id, booking, await undoReceipt(context, id, booking)));
  }
  await storeBookings(em, bankFileId, count.take());
  return reportOf(bankFileId, file, now, count.reported);
}

/** Gives every receipt to what it is for; prepaid that got something then pays what it covers. Answers with invoices that need a number. */
async function takeReceipts(
  context: BillingContext,
  receipts: readonly Booking[],
  knownTotals: ReadonlySet<string>,
  count: BookingCount,
): Promise<Invoice[]> {
  const { em, now } = context;
  const owners = await ownersOfReferences(
    em,
    receipts.flatMap(({ transaction }) => transaction.creditorReference ?? []),
  );
  const payers = await payersByAccount(
    em,
    receipts.flatMap(({ transaction }) => transaction.debtorIban ?? []),
  );
  await lockPrepaidAccounts(
    em,
    [...[...owners.values()].map(({ organizationId }) => organizationId), ...payers.values()],
    now,
  );

  const drafts: Invoice[] = [];
  const credited = new Map<string, { organizationId: `org_${string}`; currency: Currency }>();
  for (const booking of receipts) {
    const { creditorReference, debtorIban } = booking.transaction;
    const id = newId('bkg', now);
    const outcome = await takeReceipt(
      context,
      id,
      booking,
      {
        from: booking.batch && knownTotals.has(booking.batch) ? 'suspense' : 'bank',
        owner: creditorReference ? owners.get(creditorReference) : undefined,
        payer: debtorIban ? payers.get(debtorIban) : undefined,
      },
      drafts,
    );
    const counted = countedBooking(id, booking, outcome);
    count.add(counted);
    const { organizationId, amount } = counted;
    const isCredited = counted.status === 'prepaid' || counted.reason === 'overpaid';
    // Nothing of this booking is needed for the next one: a transaction of thousands must not look through all of them at every flush.
    await em.flush();
    em.clear();
    if (organizationId && amount && isCredited)
      credited.set(`${organizationId} ${amount.currency}`, { organizationId, currency: amount.currency });
  }
  for (const { organizationId, currency } of credited.values())
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
    `insert into bank_file (id, file_id, kind, message_id, counted_until, imported_at) values (?, ?, ?, ?, ?, ?)`,
    [
      // A bank whose clock runs ahead has not told of payments to come.
      toUuid(id),
      toUuid(fileId),
      file.kind,
      file.messageId,
      new Date(Math.min(Date.parse(file.createdAt), now.getTime())),
      now,
    ],
  );
  return id;
}

/** A file that tells of somebody else's account is not for us; nothing of it is booked. */
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
