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
export function monthsFromAnchor(anchor: LocalDate, months: number): LocalDate {
  const key = `${anchor} ${months}`;
  let date = knownDates.get(key);
  if (date === undefined) {
    date = Temporal.PlainDate.from(anchor).add({ months }, { overflow: 'constrain' }).toString();
    if (knownDates.size >= MAX_KNOWN_DATES) knownDates.clear();
    knownDates.set(key, date);
  }
  return date;
}

/** Most products of a day have the same anchor and interval. */
const knownDates = new Map<string, LocalDate>();
const MAX_KNOWN_DATES = 1_000;

/**
 * The date that is `count` intervals after the anchor. It is the start of period `count` and the end of period `count -
 * 1`.
 */
export function intervalsFromAnchor(anchor: LocalDate, interval: Interval, count: number): LocalDate {
  return monthsFromAnchor(anchor, count * monthsPerInterval[interval]);
}
