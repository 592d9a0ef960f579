import { isBankHoliday, type BankCalendar } from './bank-holidays.ts';
import { addDays, dayOfWeek, type LocalDate } from './local-date.ts';

const thursday = 4;
const friday = 5;
/** Step of {@link firstAllowedDay} to later days. */
const forward = 1;

/** True from Monday to Friday except on bank holidays. */
export function isBankDay(date: LocalDate, calendar: BankCalendar): boolean {
  return dayOfWeek(date) <= friday && !isBankHoliday(date, calendar);
}

/** The date itself if it is a bank day, else the next bank day. */
export function bankDayOnOrAfter(date: LocalDate, calendar: BankCalendar): LocalDate {
  return firstAllowedDay(date, forward, (day) => isBankDay(day, calendar));
}

/**
 * Adds `count` bank days; a negative count subtracts them. The date itself does not count. A count of 0 gives the
 * result of {@link bankDayOnOrAfter}.
 */
export function addBankDays(date: LocalDate, count: number, calendar: BankCalendar): LocalDate {
  const step = Math.sign(count);
  let day = step === 0 ? bankDayOnOrAfter(date, calendar) : date;
  for (let remaining = Math.abs(count); remaining > 0; remaining -= 1)
    day = firstAllowedDay(addDays(day, step), step, (each) => isBankDay(each, calendar));
  return day;
}

/**
 * The first day on or after `date` on which a product may be blocked: a day from Monday to Thursday, when neither the
 * day nor the next day is a holiday. A blocked customer must be able to reach the bank and the support on the next day.
 */
export function blockDayOnOrAfter(date: LocalDate, calendar: BankCalendar): LocalDate {
  return firstAllowedDay(
    date,
    forward,
    (day) => dayOfWeek(day) <= thursday && !isBankHoliday(day, calendar) && !isBankHoliday(addDays(day, 1), calendar),
  );
}

/** Tries `date`, then the days at distance `step` (1 or -1), until a day is allowed. */
function firstAllowedDay(date: LocalDate, step: number, isAllowed: (day: LocalDate) => boolean): LocalDate {
  let day = date;
  while (!isAllowed(day)) day = addDays(day, step);
  return day;
}
