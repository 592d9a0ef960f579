import { Temporal } from 'temporal-polyfill';
import type { LocalDate } from './local-date.ts';

/** How long one paid period is. */
export type Interval = 'monthly' | 'yearly';

const monthsOf: Record<Interval, number> = { monthly: 1, yearly: 12 };

/**
 * The date n months from the anchor; a day that the month does not have becomes its last one. Always count from the stored anchor,
 * never from the date before: 31 January, 28 February, 31 March – from the clamped February it would stay on the 28th for good.
 */
export function monthsFromAnchor(anchor: LocalDate, months: number): LocalDate {
  return Temporal.PlainDate.from(anchor).add({ months }, { overflow: 'constrain' }).toString();
}

/** The date n years from the anchor; 29 February becomes the 28th in common years and is back on the 29th in leap years. */
export function yearsFromAnchor(anchor: LocalDate, years: number): LocalDate {
  return monthsFromAnchor(anchor, years * 12);
}

/** The date n intervals from the anchor: start of period n, end of period n - 1. */
export function intervalsFromAnchor(anchor: LocalDate, interval: Interval, count: number): LocalDate {
  return monthsFromAnchor(anchor, count * monthsOf[interval]);
}
