import type { BankFileReport } from '@cordee/contracts/billing/bank-file';
import { PrepaidReason } from '@cordee/contracts/billing/prepaid';
import type { Money } from '@cordee/money/money';
import type * as z from 'zod';
import type { BankFile } from './bank-file.ts';
import { asValue, type CountedBooking } from './counted-booking.ts';

const MOST = 1_000;

/** A booking that was counted now, or one that had been before. */
export type ReportedBooking =
  | CountedBooking
  | { readonly status: 'already_booked'; readonly amount: Money | undefined };

/** What became of every booking of a file. */
export function reportOf(
  id: `bkf_${string}`,
  file: BankFile,
  now: Date,
  reported: readonly ReportedBooking[],
): z.output<typeof BankFileReport> {
  const numberOf = (...statuses: ReportedBooking['status'][]): number =>
    reported.filter(({ status }) => statuses.includes(status)).length;
  return {
    id,
    kind: file.kind,
    messageId: file.messageId,
    importedAt: now.toISOString(),
    counts: {
      booked: numberOf('paid', 'prepaid', 'reversed'),
      alreadyBooked: numberOf('already_booked'),
      suspense: numberOf('suspense'),
      ignored: numberOf('ignored'),
    },
    bookings: reported.slice(0, MOST).map((booking, index) => {
      const amount = booking.amount ? asValue(booking.amount) : null;
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
      const reason = PrepaidReason.safeParse(booking.reason);
      return {
        index,
        bookingId: booking.id,
        amount,
        status: booking.status,
        organizationId: booking.organizationId,
        documentId: booking.documentId,
        reason: reason.success ? reason.data : null,
        detail: booking.detail ?? (reason.success ? null : booking.reason),
      };
    }),
  };
}
