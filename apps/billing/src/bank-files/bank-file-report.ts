import type { BankFileReport } from '@cordee/contracts/billing/bank-file';
import { PrepaidReason } from '@cordee/contracts/billing/prepaid';
import type { Money } from '@cordee/money/money';
import type * as z from 'zod';
import type { BankFile } from './bank-file.ts';
import { toMoneyValue, type RecordedBooking } from './recorded-booking.ts';

const MAX_REPORTED_BOOKINGS = 1_000;

/** A booking that this import recorded, or a duplicate of an already recorded booking. */
export type ReportedBooking =
  | RecordedBooking
  | { readonly status: 'already_booked'; readonly amount: Money | undefined };

/** Returns the report of an import: counts per status, and the first bookings with their outcome. */
export function reportOf(
  id: `bkf_${string}`,
  file: BankFile,
  now: Date,
  reported: readonly ReportedBooking[],
): z.output<typeof BankFileReport> {
  const countOf = (...statuses: ReportedBooking['status'][]): number =>
    reported.filter(({ status }) => statuses.includes(status)).length;
  return {
    id,
    kind: file.kind,
    messageId: file.messageId,
    importedAt: now.toISOString(),
    counts: {
      booked: countOf('paid', 'prepaid', 'reversed'),
      alreadyBooked: countOf('already_booked'),
      suspense: countOf('suspense'),
      ignored: countOf('ignored'),
    },
    bookings: reported.slice(0, MAX_REPORTED_BOOKINGS).map((booking, index) => {
      const amount = booking.amount ? toMoneyValue(booking.amount) : null;
      if (booking.status === 'already_booked')
        return {
          index,
          bookingId: null,
          amount,
          status: booking.status,
          organizationId: null,
          documentId: null,
          reason: null,
          detail: null,
        };
      // The contract's field `reason` allows only a `PrepaidReason`; another reason is reported in `detail`.
      const prepaidReason = PrepaidReason.safeParse(booking.reason);
      return {
        index,
        bookingId: booking.id,
        amount,
        status: booking.status,
        organizationId: booking.organizationId,
        documentId: booking.documentId,
        reason: prepaidReason.success ? prepaidReason.data : null,
        detail: booking.detail ?? (prepaidReason.success ? null : booking.reason),
      };
    }),
  };
}
