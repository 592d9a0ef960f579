import { addDays } from '@cordee/calendar/local-date';
import { decimalText } from '@cordee/money/money';
import type { BankEntry, BankFilePart, UnprocessableEntry } from './bank-file.ts';

/** Earlier dates are errors: camt files did not exist before. */
export const earliestBankDate = '1990-01-01';
const maxDaysAfterCreation = 366;

/**
 * Moves entries with implausible dates, such as 9999-12-31, to `unprocessable`: the money goes to suspense, and the
 * staff decides about the entry. The latest plausible date depends on the creation date of the file, so that a repeated
 * import gives the same result. A creation date after `now` counts as `now`.
 */
export function withPlausibleDates(file: BankFilePart, now: Date): BankFilePart {
  const creationDate = new Date(Math.min(Date.parse(file.createdAt), now.getTime())).toISOString().slice(0, 10);
  const latestDate = addDays(creationDate, maxDaysAfterCreation);
  const isPlausible = (date: string | undefined): boolean =>
    date === undefined || (date >= earliestBankDate && date <= latestDate);
  const keepIfPlausible = (date: string | undefined): string | undefined => (isPlausible(date) ? date : undefined);
  const hasPlausibleDates = ({ valueDate, bookingDate }: BankEntry): boolean =>
    isPlausible(valueDate) && isPlausible(bookingDate);
  return {
    ...file,
    statements: file.statements.map((statement) => ({
      ...statement,
      entries: statement.entries.filter(hasPlausibleDates),
      unprocessable: [
        ...statement.unprocessable,
        ...statement.entries.filter((entry) => !hasPlausibleDates(entry)).map(asUnprocessable),
      ].map((entry) => ({
        ...entry,
        bookingDate: keepIfPlausible(entry.bookingDate),
        valueDate: keepIfPlausible(entry.valueDate),
      })),
    })),
  };
}

function asUnprocessable(entry: BankEntry): UnprocessableEntry {
  const { pointer, reference, direction, isReversal, status, amount, bookingDate, valueDate, transactions } = entry;
  return {
    pointer,
    reference,
    direction,
    isReversal,
    status,
    amount,
    bookingDate,
    valueDate,
    reason: 'date_implausible',
    detail: `booked ${bookingDate}, value ${valueDate}`,
    amountText: decimalText(amount),
    currencyText: amount.currency,
    text: transactions
      .flatMap(({ remittanceText, uncheckedReference, debtorName }) => [remittanceText, uncheckedReference, debtorName])
      .filter((part) => part)
      .join('\n'),
  };
}
