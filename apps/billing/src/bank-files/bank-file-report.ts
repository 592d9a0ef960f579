import type { BankFileReport } from '@cordee/contracts/billing/bank-file';
import { PrepaidReason } from '@cordee/contracts/billing/prepaid';
import type * as z from 'zod';
import type { BankFileOutline } from './bank-file.ts';
import { MAX_REMARKS } from './camt.ts';
import type { ImportedBookings } from './imported-bookings.ts';
import { toMoneyValue } from './recorded-booking.ts';

/** Returns the report of an import: the number of bookings per status, and the first bookings with their outcomes. */
export function reportOf(
  id: `bkf_${string}`,
  file: BankFileOutline,
  now: Date,
  importedBookings: ImportedBookings,
): z.output<typeof BankFileReport> {
  return {
    id,
    kind: file.kind,
    messageId: file.messageId,
    importedAt: now.toISOString(),
    counts: {
      booked: importedBookings.countOf('paid', 'prepaid', 'reversed'),
      alreadyBooked: importedBookings.countOf('already_booked'),
      suspense: importedBookings.countOf('suspense'),
      totals: importedBookings.countOf('total'),
      ownMovements: importedBookings.countOf('own_movement'),
      ignored: importedBookings.countOf('ignored'),
    },
    remarks: file.remarks.slice(0, MAX_REMARKS).map(({ code, pointer, detail }) => ({ code, pointer, detail })),
    bookings: importedBookings.reportedBookings().map((booking, index) => {
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
