import { isBankHoliday, type BankCalendar } from './bank-holidays.ts';
import { addDays, dayOfWeek, type LocalDate } from './local-date.ts';

const thursday = 4;
const friday = 5;

/** True from Monday to Friday except on bank holidays. */
export function isBankDay(date: LocalDate, calendar: BankCalendar): boolean {
  return dayOfWeek(date) <= friday && !isBankHoliday(date, calendar);
}

/** The date itself if it is a bank day, else the next bank day. */
export function bankDayOnOrAfter(date: LocalDate, calendar: BankCalendar): LocalDate {
  return firstFrom(date, 1, (day) => isBankDay(day, calendar));
}

/** Adds `count` bank days, which may be negative. The date itself does not count; 0 gives {@link bankDayOnOrAfter}. */
export function addBankDays(date: LocalDate, count: number, calendar: BankCalendar): LocalDate {
  const step = Math.sign(count);
  let day = step === 0 ? bankDayOnOrAfter(date, calendar) : date;
  for (let left = Math.abs(count); left > 0; left -= 1)
    day = firstFrom(addDays(day, step), step, (each) => isBankDay(each, calendar));
  return day;
}

/**
 * The first day on or after the date on which a product may be blocked: Monday to Thursday, if neither this day nor
 * the next one is a holiday. A blocked customer must be able to reach bank and support on the next day.
 */
export function blockDayOnOrAfter(date: LocalDate, calendar: BankCalendar): LocalDate {
  return firstFrom(
    date,
    1,
    (day) => dayOfWeek(day) <= thursday && !isBankHoliday(day, calendar) && !isBankHoliday(addDays(day, 1), calendar),
  );
}

function firstFrom(date: LocalDate, step: number, isAllowed: (day: LocalDate) => boolean): LocalDate {
  let day = date;
  while (!isAllowed(day)) day = addDays(day, step);
  return day;
}
