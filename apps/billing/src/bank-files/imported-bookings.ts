import type { Money } from '@cordee/money/money';
import type { ReportedBooking } from './bank-file-report.ts';
import type { RecordedBooking } from './recorded-booking.ts';

/** The bookings of one import. Finds duplicates and collects the bookings for the report and for the next insert. */
export class ImportedBookings {
  readonly reported: ReportedBooking[] = [];
  private unstored: RecordedBooking[] = [];
  private storedCount = 0;

  /** @param knownIdentities identities that earlier imports stored */
  constructor(private readonly knownIdentities: Set<string>) {}

  /**
   * Claims the identities of a booking. Returns false when an identity is already known or `isDuplicate` is true; the
   * booking is then reported as `already_booked`. Call `claim` once per booking: a second call would find a duplicate.
   */
  claim(
    { identities }: { readonly identities: readonly string[] },
    amount: Money | undefined,
    isDuplicate = false,
  ): boolean {
    const isKnown = isDuplicate || identities.some((identity) => this.knownIdentities.has(identity));
    for (const identity of identities) this.knownIdentities.add(identity);
    if (isKnown) this.reported.push({ status: 'already_booked', amount });
    return !isKnown;
  }

  add(booking: RecordedBooking): void {
    this.unstored.push(booking);
    this.reported.push(booking);
  }

  /** Returns the bookings that are not stored yet and marks them as stored. The first position in a file is 0. */
  takeUnstored(): { bookings: RecordedBooking[]; firstPosition: number } {
    const result = { bookings: this.unstored, firstPosition: this.storedCount };
    this.storedCount += this.unstored.length;
    this.unstored = [];
    return result;
  }
}
