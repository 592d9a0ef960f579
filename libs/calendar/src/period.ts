import { dateAfterIntervals, type Interval } from './anchor.ts';
import { daysBetween, type LocalDate } from './local-date.ts';

/** A paid period. `end` is the expiry: the first day after the period. */
export interface Period {
  readonly start: LocalDate;
  readonly end: LocalDate;
}

/** Anchor and interval determine all periods of a product. */
export interface PeriodSchedule {
  readonly anchor: LocalDate;
  readonly interval: Interval;
}

/** Period `index`, counted from 0 at the anchor, with a length of `length` intervals. */
export function nthPeriod({ anchor, interval }: PeriodSchedule, index: number, length = 1): Period {
  return {
    start: dateAfterIntervals(anchor, interval, index),
    end: dateAfterIntervals(anchor, interval, index + length),
  };
}

/** The period that starts at the anchor. */
export const firstPeriod = (schedule: PeriodSchedule): Period => nthPeriod(schedule, 0);

/** Index of the period that contains the date; negative before the anchor. */
export function periodIndexOn(schedule: PeriodSchedule, date: LocalDate): number {
  // Mean length of a month and of a year in the Gregorian calendar.
  const daysPerInterval = schedule.interval === 'monthly' ? 30.436875 : 365.2425;
  let index = Math.floor(daysBetween(schedule.anchor, date) / daysPerInterval);
  // The estimate is wrong by at most one period, because clamped months and leap years shift a start by a few days
  // only.
  while (nthPeriod(schedule, index).start > date) index -= 1;
  while (nthPeriod(schedule, index).end <= date) index += 1;
  return index;
}

/** The period that starts at the end of `period`, with a length of `length` intervals. */
export function nextPeriod(schedule: PeriodSchedule, period: Period, length = 1): Period {
  return nthPeriod(schedule, periodIndexOn(schedule, period.end), length);
}

/** True if the date is in the period. The end date is not in the period. */
export function contains({ start, end }: Period, date: LocalDate): boolean {
  return start <= date && date < end;
}
