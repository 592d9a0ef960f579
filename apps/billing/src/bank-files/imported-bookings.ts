import type { Money } from '@cordee/money/money';
import type { BookingIdentity } from './booking-identity.ts';
import type { KnownBookings } from './known-bookings.ts';
import type { EntryTotal } from './movements.ts';
import type { BookingStatus, RecordedBooking } from './recorded-booking.ts';

/** A booking that this import recorded, or a duplicate of an already recorded booking. */
export type ReportedBooking =
  | RecordedBooking
  | { readonly status: 'already_booked'; readonly amount: Money | undefined };

/** The report contains no more bookings. */
const MAX_REPORTED_BOOKINGS = 1_000;

/** The bookings of one import. Finds duplicates and collects the bookings for the report and for the next insert. */
export class ImportedBookings {
  readonly reported: ReportedBooking[] = [];
  private readonly counts = new Map<ReportedBooking['status'], number>();
  private unstored: RecordedBooking[] = [];
  private storedCount = 0;

  constructor(private readonly known: KnownBookings) {}

  /** Returns false when the booking is known; the booking is then reported as `already_booked`. Call it only once. */
  claim(
    { identity, entry }: { readonly identity: BookingIdentity; readonly entry: { readonly pointer: string } },
    amount: Money | undefined,
  ): boolean {
    const isNew = this.known.claim(identity, entry.pointer);
    if (!isNew) this.report({ status: 'already_booked', amount });
    return isNew;
  }

  /** Returns false when the entry is known. Only in the report that does not count is an entry a booking of its own. */
  claimTotal({ identity, entry }: EntryTotal, isBooking: boolean): boolean {
    const isNew = this.known.claim(identity, entry.pointer);
    if (!isNew && isBooking) this.report({ status: 'already_booked', amount: entry.amount });
    return isNew;
  }

  add(booking: RecordedBooking): void {
    this.unstored.push(booking);
    this.report(booking);
  }

  /** Returns the bookings that are not stored yet and marks them as stored. The first position in a file is 0. */
  takeUnstored(): { bookings: RecordedBooking[]; firstPosition: number } {
    const result = { bookings: this.unstored, firstPosition: this.storedCount };
    this.storedCount += this.unstored.length;
    this.unstored = [];
    return result;
  }

  countOf(...statuses: (BookingStatus | 'already_booked')[]): number {
    return statuses.reduce((sum, status) => sum + (this.counts.get(status) ?? 0), 0);
  }

  private report(booking: ReportedBooking): void {
    if (this.reported.length < MAX_REPORTED_BOOKINGS) this.reported.push(booking);
    this.counts.set(booking.status, (this.counts.get(booking.status) ?? 0) + 1);
  }
}
