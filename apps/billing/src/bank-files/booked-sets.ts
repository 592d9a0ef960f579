import { prepaidCredited } from '@cordee/contracts/billing/prepaid';
import { newId } from '@cordee/contracts/id';
import { domainEvent } from '@cordee/outbox/publish';
import type { BillingContext } from '../billing-context.ts';
import type { InvoiceDraft } from '../documents/issue-invoice.ts';
import type { MoneySource } from '../ledger/ledger-entry.ts';
import { postLedgerBookings, type LedgerBooking } from '../ledger/post-ledger-booking.ts';
import { lockPrepaidAccounts } from '../ledger/prepaid-account.ts';
import { applyPayments, CreditedAccounts } from './apply-payments.ts';
import type { BankFileOutline, EntrySet } from './bank-file.ts';
import { clearByOwnMovements, clearNotifiedMovements } from './clear-notified-movements.ts';
import { moneySourceOf, recordTotals } from './clearing.ts';
import { readMoneyOfSeller } from './read-money-of-seller.ts';
import { ImportedBookings } from './imported-bookings.ts';
import { KnownBookings } from './known-bookings.ts';
import { identifyEntries, identitiesOf, movementsOf, type Booking, type UnprocessableBooking } from './movements.ts';
import type { ReturnedPayment } from './outgoing-payments.ts';
import { OwnMovementRules } from './own-movement-rules.ts';
import { withPlausibleDates } from './plausible-dates.ts';
import { recordOfPayment, recordOfUnprocessable } from './recorded-booking.ts';
import { ResolvedTotals } from './resolved-totals.ts';
import { storeBookings } from './store-bookings.ts';

/** Books the entries of a file set by set, and collects what is processed after the last set. */
export class BookedSets {
  private readonly knownBookings: KnownBookings;
  readonly importedBookings: ImportedBookings;
  /** The invoices of paid pro formas, which have no numbers yet. */
  readonly drafts: InvoiceDraft[] = [];
  /** Payments of customers that the bank took back. */
  readonly reversals: Booking[] = [];
  /** The prepaid accounts that may pay open invoices. */
  readonly creditedAccounts = new CreditedAccounts();
  /** The earliest and the latest value date of the entries that the other report clears. */
  valueDates: { readonly first: string; readonly last: string } | undefined;
  bookingCount = 0;
  private nextPosition = 0;

  constructor(
    private readonly context: BillingContext,
    private readonly bankFileId: `bkf_${string}`,
    private readonly file: BankFileOutline,
  ) {
    this.knownBookings = new KnownBookings(file.kind);
    this.importedBookings = new ImportedBookings(this.knownBookings);
  }

  async book(set: EntrySet): Promise<void> {
    const { context, file, importedBookings } = this;
    const { em, now, seller } = context;
    const part = withPlausibleDates(
      {
        kind: file.kind,
        createdAt: file.createdAt,
        statements: set.map(({ statement, ...entries }) => ({
          account: file.statements[statement]!.account,
          ...entries,
        })),
      },
      now,
    );
    const ownMovementRules = await OwnMovementRules.load(em, part);
    const identified = identifyEntries(part, this.nextPosition);
    this.nextPosition = identified.nextPosition;
    await this.knownBookings.loadSet(em, this.bankFileId, identitiesOf(identified));
    const movements = movementsOf(
      identified,
      seller.bankReportOf,
      await readMoneyOfSeller(em, identified, {
        knownBookings: this.knownBookings,
        rules: ownMovementRules,
        countingReportOf: seller.bankReportOf,
      }),
    );
    const { ignored, ownMovements } = movements;
    // Staff has already moved the money of a resolved total. Its notification moves no money.
    const resolvedTotals = await ResolvedTotals.load(
      em,
      now,
      this.bankFileId,
      file.kind === '054' ? movements.totals : [],
    );
    const totals = movements.totals.filter((total) => !resolvedTotals.has(total));
    const payments = movements.payments.filter((booking) => {
      if (!resolvedTotals.has(booking)) return true;
      importedBookings.addKnown(booking.position, booking.transaction.amount);
      return false;
    });
    const unprocessable = movements.unprocessable.filter((booking) => {
      if (!resolvedTotals.has(booking)) return true;
      importedBookings.addKnown(booking.position, booking.entry.amount);
      return false;
    });
    const claim = (booking: Booking): boolean => importedBookings.claim(booking, booking.transaction.amount);

    const newPayments = payments.filter(claim);
    this.drafts.push(
      ...(await applyPayments(
        context,
        newPayments.filter(({ transaction }) => transaction.direction === 'credit'),
        (account) => moneySourceOf(seller, account),
        { importedBookings, creditedAccounts: this.creditedAccounts, storeImported: () => this.store() },
      )),
    );
    this.addValueDates(recordTotals(context, { fileId: this.bankFileId, kind: file.kind }, totals, importedBookings));
    this.recordUnprocessable(unprocessable);
    const isOwnMovement = true;
    const newOwnMovements = ownMovements.filter((booking) =>
      importedBookings.claim(booking, booking.transaction.amount, isOwnMovement),
    );
    const { recordedBookings, returnedPayments } = ownMovementRules.book(context, newOwnMovements);
    for (const booking of recordedBookings) importedBookings.add(booking);
    // Where the notification counts, it has already moved the money of its entries.
    const isOfStatement = ({ account }: { account: string }): boolean => seller.bankReportOf(account) === '053';
    if (file.kind === '054') await clearByOwnMovements(context, totals.filter(isOfStatement));
    else await clearNotifiedMovements(context, ownMovements.filter(isOfStatement), newOwnMovements);
    await this.creditReturnedPayments(returnedPayments);
    ownMovementRules.recordNotified(em, ignored);
    for (const booking of ignored.filter(claim))
      importedBookings.add(
        recordOfPayment(newId('bkg', now), booking, { status: 'ignored', detail: 'the account statement books it' }),
      );
    this.store();
    const reversals = newPayments.filter(({ transaction }) => transaction.direction === 'debit');
    this.reversals.push(...reversals);
    this.knownBookings.keepUnstored(reversals.map(({ identity }) => identity));
    this.bookingCount += movements.payments.length + unprocessable.length + ownMovements.length + ignored.length;
    this.bookingCount += movements.totals.filter(({ account }) => file.kind !== seller.bankReportOf(account)).length;
  }

  /** Inserts the bookings that are not stored yet. */
  store(): void {
    storeBookings(this.context.em, this.bankFileId, this.importedBookings.takeUnstored());
  }

  /** Publishes the returned payments to customers. Their money may pay open invoices. */
  async creditReturnedPayments(returnedPayments: readonly ReturnedPayment[]): Promise<void> {
    const { em, now, publish } = this.context;
    await lockPrepaidAccounts(
      em,
      returnedPayments.map(({ organizationId }) => organizationId),
      now,
    );
    for (const { organizationId, amount } of returnedPayments)
      this.creditedAccounts.add(organizationId, amount.currency);
    await publish(
      returnedPayments.map((payment) =>
        domainEvent(prepaidCredited, {
          ...payment,
          currency: payment.amount.currency,
          reason: 'reversed',
          documentId: null,
        }),
      ),
    );
  }

  /** The report that does not count has only entries of the ledger account `bank`: they move no money of customers. */
  private sourceOf(account: string): MoneySource {
    const { seller } = this.context;
    return this.file.kind === seller.bankReportOf(account)
      ? moneySourceOf(seller, account)
      : { account: 'bank', bankAccount: account };
  }

  private addValueDates(dates: readonly string[]): void {
    for (const date of dates) {
      const { first, last } = this.valueDates ?? { first: date, last: date };
      this.valueDates = { first: date < first ? date : first, last: date > last ? date : last };
    }
  }

  /**
   * Posts the new unprocessable entries to suspense for the staff. An entry without a readable amount gets no ledger
   * booking.
   */
  private recordUnprocessable(bookings: readonly UnprocessableBooking[]): void {
    const { em, now, seller } = this.context;
    const ledgerBookings = bookings.flatMap((booking): LedgerBooking[] => {
      const { amount, direction, valueDate, bookingDate } = booking.entry;
      if (!this.importedBookings.claim(booking, amount)) return [];
      const id = newId('bkg', now);
      this.importedBookings.add(recordOfUnprocessable(id, booking));
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
            { ...this.sourceOf(booking.account), amount: signedAmount },
            { account: 'suspense', amount: -signedAmount },
          ],
        },
      ];
    });
    postLedgerBookings(em, now, ledgerBookings);
  }
}
