import { Temporal } from 'temporal-polyfill';
import type { LocalDate } from './local-date.ts';

/** The length of a paid period. */
export type Interval = 'monthly' | 'yearly';

const monthsPerInterval: Record<Interval, number> = { monthly: 1, yearly: 12 };

/**
 * The date that is `months` months after the anchor, clamped to the last day of its month. Always count from the stored
 * anchor: 31 January, 28 February, 31 March. If dates were counted from the clamped 28 February, all later dates would
 * be on the 28th.
 */
export function dateAfterMonths(anchor: LocalDate, months: number): LocalDate {
  const key = `${anchor} ${months}`;
  let date = cachedDates.get(key);
  if (date === undefined) {
    date = Temporal.PlainDate.from(anchor).add({ months }, { overflow: 'constrain' }).toString();
    if (cachedDates.size >= MAX_CACHED_DATES) cachedDates.clear();
    cachedDates.set(key, date);
  }
  return date;
}

/** The dates by anchor and months. Most products of a day have the same anchor and interval. */
const cachedDates = new Map<string, LocalDate>();
const MAX_CACHED_DATES = 1_000;

/**
 * The date that is `count` intervals after the anchor: the start of period `count` and the end of period `count -
 * 1`.
 */
export function dateAfterIntervals(anchor: LocalDate, interval: Interval, count: number): LocalDate {
  return dateAfterMonths(anchor, count * monthsPerInterval[interval]);
}
