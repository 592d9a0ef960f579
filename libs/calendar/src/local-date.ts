import { Temporal } from 'temporal-polyfill';

/** A date without time and zone, `YYYY-MM-DD`. Dates compare correctly as strings. */
export type LocalDate = string;

/** True for an existing date in the form `YYYY-MM-DD`. */
export function isLocalDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    return toPlainDate(text).toString() === text;
  } catch {
    return false;
  }
}

/**
 * Formats a date: `22.11.2026` in the languages of Switzerland, `22/11/2026` in Spanish, `22 Nov 2026` in English. In
 * English the month is a word, because British and American readers read 05/01 differently. `locale` is a language or a
 * locale tag (`fr-FR`).
 */
export function formatLocalDate(date: LocalDate, locale: string): string {
  return dateFormatOf(locale).format(toPlainDate(date).toZonedDateTime('UTC').epochMilliseconds);
}

const dateFormats = new Map<string, Intl.DateTimeFormat>();

function dateFormatOf(locale: string): Intl.DateTimeFormat {
  let format = dateFormats.get(locale);
  if (!format) {
    const tag = { de: 'de-CH', fr: 'fr-CH', it: 'it-CH', en: 'en-GB', es: 'es-ES' }[locale] ?? locale;
    const style: Intl.DateTimeFormatOptions =
      locale === 'en' ? { dateStyle: 'medium' } : { day: '2-digit', month: '2-digit', year: 'numeric' };
    format = new Intl.DateTimeFormat(tag, { ...style, timeZone: 'UTC' });
    dateFormats.set(locale, format);
  }
  return format;
}

/** The local date in the zone at the instant. */
export function localDateIn(zone: string, instant: Date | string): LocalDate {
  return toInstant(instant).toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** Adds days, which may be negative. */
export function addDays(date: LocalDate, days: number): LocalDate {
  return toPlainDate(date).add({ days }).toString();
}

/** Days from `from` to `to`; negative if `to` is earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return toPlainDate(from).until(toPlainDate(to), { largestUnit: 'days' }).days;
}

/** Day of the week by ISO 8601: 1 is Monday, 7 is Sunday. */
export function dayOfWeek(date: LocalDate): number {
  return toPlainDate(date).dayOfWeek;
}

/**
 * The instant of a local time (`HH:MM`) in the zone. A time inside a skipped hour moves forward by the skipped hour. A
 * time that exists twice gives the earlier instant.
 */
export function instantAt(date: LocalDate, time: string, zone: string): string {
  return (
    toPlainDate(date)
      .toZonedDateTime({ timeZone: zone, plainTime: time })
      .toInstant()
      // The form of `Date.toISOString`.
      .toString({ fractionalSecondDigits: 3 })
  );
}

/** True if the date has ended in the zone at the instant: 31 March is past from 1 April 00:00 on. */
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
