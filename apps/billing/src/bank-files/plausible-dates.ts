import { addDays } from '@cordee/calendar/local-date';
import { decimalText } from '@cordee/money/money';
import type { BankEntry, BankFile, OddEntry } from './bank-file.ts';

/** Before this day no bank wrote such files. */
export const earliestBankDate = '1990-01-01';
const mostDaysAhead = 366;

/**
 * Sets entries aside whose dates nobody can mean, such as 9999-12-31: the money is there, when it counts is for staff to say. What is
 * plausible follows from the day the file was made, so that a file that comes again is judged as it was before.
 */
export function withPlausibleDates(file: BankFile, now: Date): BankFile {
  const created = new Date(Math.min(Date.parse(file.createdAt), now.getTime())).toISOString().slice(0, 10);
  const latest = addDays(created, mostDaysAhead);
  const isPlausible = (date: string | undefined): boolean =>
    date === undefined || (date >= earliestBankDate && date <= latest);
  const plausible = (date: string | undefined): string | undefined => (isPlausible(date) ? date : undefined);
  const isFine = ({ valueDate, bookingDate }: BankEntry): boolean => isPlausible(valueDate) && isPlausible(bookingDate);
  return {
    ...file,
    statements: file.statements.map((statement) => ({
      ...statement,
      entries: statement.entries.filter(isFine),
      odd: [...statement.odd, ...statement.entries.filter((entry) => !isFine(entry)).map(asOdd)].map((odd) => ({
        ...odd,
        bookingDate: plausible(odd.bookingDate),
        valueDate: plausible(odd.valueDate),
      })),
    })),
  };
}

function asOdd(entry: BankEntry): OddEntry {
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
      .flatMap(({ remittanceText, givenReference, debtorName }) => [remittanceText, givenReference, debtorName])
      .filter((part) => part)
      .join('\n'),
  };
}
