import type { Money } from '@cordee/money/money';
import type { BankEntry } from './bank-file.ts';
import type { ReportedBooking } from './bank-file-report.ts';
import type { CountedBooking } from './counted-booking.ts';

/** Counts the bookings of one file: each once, and every one is reported, also what was counted before. */
export class BookingCount {
  readonly reported: ReportedBooking[] = [];
  private waiting: CountedBooking[] = [];
  private stored = 0;

  constructor(private readonly known: Set<string>) {}

  /** Whether it is counted for the first time. What was counted before goes into the report; a booking is asked about once. */
  isNew(
    { identities }: { readonly identities: readonly string[] },
    amount: Money | undefined,
    isCountedOtherwise = false,
  ): boolean {
    const isKnown = isCountedOtherwise || identities.some((identity) => this.known.has(identity));
    for (const identity of identities) this.known.add(identity);
    if (isKnown) this.reported.push({ status: 'already_booked', amount });
    return !isKnown;
  }

  add(counted: CountedBooking): void {
    this.waiting.push(counted);
    this.reported.push(counted);
  }

  /** Those that are not stored yet, with the place of the first one in the file; they count as stored then. */
  take(): { counted: CountedBooking[]; firstPosition: number } {
    const taken = { counted: this.waiting, firstPosition: this.stored };
    this.stored += this.waiting.length;
    this.waiting = [];
    return taken;
  }
}

/** What an entry is to us. */
export function sortOf(
  { isReversal }: BankEntry,
  direction: BankEntry['direction'],
): 'receipt' | 'outgoing' | 'receipt_reversed' | 'outgoing_reversed' {
  if (direction === 'credit') return isReversal ? 'outgoing_reversed' : 'receipt';
  return isReversal ? 'receipt_reversed' : 'outgoing';
}
