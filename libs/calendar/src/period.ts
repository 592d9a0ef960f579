import { intervalsFromAnchor, type Interval } from './anchor.ts';
import { daysBetween, type LocalDate } from './local-date.ts';

/** Dates from `start` up to, not including, `end`; `end` is the expiry. */
export interface Period {
  readonly start: LocalDate;
  readonly end: LocalDate;
}

/** What makes the dates of all periods of a product: the stored anchor and the interval. */
export interface Rhythm {
  readonly anchor: LocalDate;
  readonly interval: Interval;
}

/** Period number `index`, counted from 0 at the anchor, over `length` intervals (2 for two years at once). */
export function nthPeriod({ anchor, interval }: Rhythm, index: number, length = 1): Period {
  return {
    start: intervalsFromAnchor(anchor, interval, index),
    end: intervalsFromAnchor(anchor, interval, index + length),
  };
}

/** Number of the period that the date lies in; negative before the anchor. */
export function periodIndexOn(rhythm: Rhythm, date: LocalDate): number {
  const days = rhythm.interval === 'monthly' ? 30.436875 : 365.2425;
  let index = Math.floor(daysBetween(rhythm.anchor, date) / days);
  // The estimate is off by one at most, because clamped months and leap years move starts by a few days only.
  while (nthPeriod(rhythm, index).start > date) index -= 1;
  while (nthPeriod(rhythm, index).end <= date) index += 1;
  return index;
}

/** The period that the date lies in. */
export function periodOn(rhythm: Rhythm, date: LocalDate): Period {
  return nthPeriod(rhythm, periodIndexOn(rhythm, date));
}

/** The period that starts where the given one ends, over `length` intervals. */
export function nextPeriod(rhythm: Rhythm, period: Period, length = 1): Period {
  return nthPeriod(rhythm, periodIndexOn(rhythm, period.end), length);
}

/** Whether the date lies in the period; the end does not. */
export function contains({ start, end }: Period, date: LocalDate): boolean {
  return start <= date && date < end;
}

/** Whether two periods share a day. Those that only touch do not. */
export function overlaps(left: Period, right: Period): boolean {
  return left.start < right.end && right.start < left.end;
}

/** The days that two periods share, or undefined. */
export function overlapOf(left: Period, right: Period): Period | undefined {
  if (!overlaps(left, right)) return undefined;
  return {
    start: left.start > right.start ? left.start : right.start,
    end: left.end < right.end ? left.end : right.end,
  };
}

/** Number of days in the period. */
export function daysIn({ start, end }: Period): number {
  return daysBetween(start, end);
}
