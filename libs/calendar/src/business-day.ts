import { isBankHoliday, type BankCalendar } from './bank-holidays.ts';
import { addDays, dayOfWeek, type LocalDate } from './local-date.ts';

const thursday = 4;
const friday = 5;

/** Whether banks work: Monday to Friday, no bank holiday. */
export function isBankDay(date: LocalDate, calendar: BankCalendar): boolean {
  return dayOfWeek(date) <= friday && !isBankHoliday(date, calendar);
}

/** The date itself if it is a bank day, else the next one. A due date on a weekend or holiday moves here. */
export function bankDayOnOrAfter(date: LocalDate, calendar: BankCalendar): LocalDate {
  return firstFrom(date, 1, (day) => isBankDay(day, calendar));
}

/** The date itself if it is a bank day, else the one before. */
export function bankDayOnOrBefore(date: LocalDate, calendar: BankCalendar): LocalDate {
  return firstFrom(date, -1, (day) => isBankDay(day, calendar));
}

/** The bank day so many bank days after the date (before it when negative). The date itself never counts; 0 gives {@link bankDayOnOrAfter}. */
export function addBankDays(date: LocalDate, count: number, calendar: BankCalendar): LocalDate {
  const step = Math.sign(count);
  let day = step === 0 ? bankDayOnOrAfter(date, calendar) : date;
  for (let left = Math.abs(count); left > 0; left -= 1)
    day = firstFrom(addDays(day, step), step, (each) => isBankDay(each, calendar));
  return day;
}

/**
 * First day from the date on that a product may be blocked on: Monday to Thursday, no holiday, and none the day after –
 * whoever is blocked must be able to reach their bank and our support the next day.
 */
export function blockDayOnOrAfter(date: LocalDate, calendar: BankCalendar): LocalDate {
  return firstFrom(
    date,
    1,
    (day) => dayOfWeek(day) <= thursday && !isBankHoliday(day, calendar) && !isBankHoliday(addDays(day, 1), calendar),
  );
}

function firstFrom(date: LocalDate, step: number, fits: (day: LocalDate) => boolean): LocalDate {
  let day = date;
  while (!fits(day)) day = addDays(day, step);
  return day;
}
