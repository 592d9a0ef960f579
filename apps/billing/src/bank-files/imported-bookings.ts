import type { Money } from '@cordee/money/money';
import type { BookingIdentity } from './booking-identity.ts';
import type { KnownBookings } from './known-bookings.ts';
import type { EntryTotal } from './movements.ts';
import type { BookingStatus, RecordedBooking } from './recorded-booking.ts';

/** A booking that this import recorded, or a duplicate of an already recorded booking. */
export type ReportedBooking =
  | RecordedBooking
  | { readonly status: 'already_booked'; readonly position: number; readonly amount: Money | undefined };

/** The report of an import lists at most this number of bookings. */
const MAX_REPORTED_BOOKINGS = 1_000;

/** The bookings of one import. Finds duplicates and collects the bookings for the report and for the next insert. */
export class ImportedBookings {
  private firstBookings: ReportedBooking[] = [];
  private readonly countByStatus = new Map<ReportedBooking['status'], number>();
  private unstoredBookings: RecordedBooking[] = [];

  constructor(private readonly knownBookings: KnownBookings) {}

  /**
   * Returns false when the booking is known, and then reports the booking as `already_booked`. Must be called once per
   * booking: a second call would report the booking twice.
   */
  claim(
    {
      identity,
      position,
      entry,
    }: { readonly identity: BookingIdentity; readonly position: number; readonly entry: { readonly pointer: string } },
    amount: Money | undefined,
    isOwnMovement = false,
  ): boolean {
    const isNew = this.knownBookings.claim(identity, entry.pointer, isOwnMovement);
    if (!isNew) this.report({ status: 'already_booked', position, amount });
    return isNew;
  }

  /**
   * Returns false when the total is known. `isReported` is true when the report of the import lists the total: in the
   * bank report that does not count, which has no payments.
   */
  claimTotal({ identity, position, entry }: EntryTotal, isReported: boolean): boolean {
    const isNew = this.knownBookings.claim(identity, entry.pointer);
    if (!isNew && isReported) this.report({ status: 'already_booked', position, amount: entry.amount });
    return isNew;
  }

  /** Reports a booking that is known by other means than its identity. */
  addKnown(position: number, amount: Money | undefined): void {
    this.report({ status: 'already_booked', position, amount });
  }

  add(booking: RecordedBooking): void {
    this.unstoredBookings.push(booking);
    this.report(booking);
  }

  /** Returns the bookings that are not stored yet and marks them as stored. */
  takeUnstored(): RecordedBooking[] {
    const bookings = this.unstoredBookings;
    this.unstoredBookings = [];
    return bookings;
  }

  /** Returns the first bookings of the file in the order of the file. They are processed in another order. */
  reportedBookings(): readonly ReportedBooking[] {
    this.firstBookings = this.firstBookings.sort((a, b) => a.position - b.position).slice(0, MAX_REPORTED_BOOKINGS);
    return this.firstBookings;
  }

  countOf(...statuses: (BookingStatus | 'already_booked')[]): number {
    return statuses.reduce((sum, status) => sum + (this.countByStatus.get(status) ?? 0), 0);
  }

  private report(booking: ReportedBooking): void {
    this.firstBookings.push(booking);
    // Limits the memory for a large file.
    if (this.firstBookings.length >= 2 * MAX_REPORTED_BOOKINGS) this.reportedBookings();
    this.countByStatus.set(booking.status, (this.countByStatus.get(booking.status) ?? 0) + 1);
  }
}
