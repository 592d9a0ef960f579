import { Temporal } from 'temporal-polyfill';

/** A date without time or zone, `YYYY-MM-DD`. Two of them compare as texts. */
export type LocalDate = string;

/** Whether the text is a date that exists, written `YYYY-MM-DD`. */
export function isLocalDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    return toPlainDate(text).toString() === text;
  } catch {
    return false;
  }
}

/** Reads a date. @throws RangeError for anything but an existing date as `YYYY-MM-DD` (30 February is refused, never moved) */
export function parseLocalDate(text: string): LocalDate {
  if (!isLocalDate(text)) throw new RangeError(`"${text}" is not a date`);
  return text;
}

/** The date as people write it: `22.11.2026` in Switzerland, `22/11/2026` in Spanish, `22 Nov 2026` in English, where 05/01 is two dates. */
export function formatLocalDate(date: LocalDate, locale: string): string {
  return formatFor(locale).format(toPlainDate(date).toZonedDateTime('UTC').epochMilliseconds);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(locale: string): Intl.DateTimeFormat {
  let format = formats.get(locale);
  if (!format) {
    const tag = { de: 'de-CH', fr: 'fr-CH', it: 'it-CH', en: 'en-GB', es: 'es-ES' }[locale] ?? locale;
    const style: Intl.DateTimeFormatOptions =
      locale === 'en' ? { dateStyle: 'medium' } : { day: '2-digit', month: '2-digit', year: 'numeric' };
    format = new Intl.DateTimeFormat(tag, { ...style, timeZone: 'UTC' });
    formats.set(locale, format);
  }
  return format;
}

/** The date that a wall calendar in the zone shows at the instant: "today" there. */
export function localDateIn(zone: string, instant: Date | string): LocalDate {
  return toInstant(instant).toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** The date so many days later, or earlier when negative. */
export function addDays(date: LocalDate, days: number): LocalDate {
  return toPlainDate(date).add({ days }).toString();
}

/** Days from one date to the other; negative when `to` is earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return toPlainDate(from).until(toPlainDate(to), { largestUnit: 'days' }).days;
}

/** Day of the week by ISO 8601: 1 is Monday, 7 is Sunday. */
export function dayOfWeek(date: LocalDate): number {
  return toPlainDate(date).dayOfWeek;
}

/**
 * First instant of the date in the zone, RFC 3339 in UTC. That is not always midnight: where the clock skips it, the day begins later.
 * The day ends when the next one starts, so that a day of 23 or 25 hours is neither cut nor counted twice.
 */
export function startOfDay(date: LocalDate, zone: string): string {
  return toPlainDate(date).toZonedDateTime(zone).toInstant().toString({ fractionalSecondDigits: 3 });
}

/** The instant of a wall-clock time (`HH:MM`) on the date in the zone; a time that the clock skips is moved on by the gap. */
export function instantAt(date: LocalDate, time: string, zone: string): string {
  return toPlainDate(date)
    .toZonedDateTime({ timeZone: zone, plainTime: time })
    .toInstant()
    .toString({ fractionalSecondDigits: 3 });
}

/**
 * Whether something due on the date is late at the instant: a due date is a whole day in the seller's zone,
 * so what is due on 31 March is late from 1 April 00:00 there.
 */
export function isPast(date: LocalDate, instant: Date | string, zone: string): boolean {
  return localDateIn(zone, instant) > date;
}

function toPlainDate(date: LocalDate): Temporal.PlainDate {
  return Temporal.PlainDate.from(date, { overflow: 'reject' });
}

function toInstant(instant: Date | string): Temporal.Instant {
  return instant instanceof Date
    ? Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    : Temporal.Instant.from(instant);
}
