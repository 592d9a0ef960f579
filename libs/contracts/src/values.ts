import * as z from 'zod';
import type { ErrorDeclaration } from './contract.ts';

/**
 * An instant in UTC, RFC 3339 (`2026-01-31T09:00:00.000Z`), to the millisecond and in the years 0001 to 9999: what both PostgreSQL and JavaScript keep
 * as it is. PostgreSQL would round finer ones, the last of the year 9999 into a year that nobody can write.
 */
export const Instant = z.iso
  .datetime()
  .refine(
    (instant) => /^(?!0000)[^.]*(?:\.\d{1,3})?Z$/.test(instant),
    'must be in the years 0001 to 9999, and no finer than milliseconds',
  )
  .meta({ description: 'Instant in UTC, RFC 3339, to the millisecond', examples: ['2026-01-31T09:00:00.000Z'] });

/** A calendar date without time or zone (`2026-01-31`). */
export const LocalDate = z.iso.date().meta({ description: 'Date, YYYY-MM-DD', examples: ['2026-01-31'] });

/** ISO 4217. The installation's price list decides which of them can be ordered in. */
export const Currency = z
  .enum(['CHF', 'EUR', 'USD', 'GBP', 'JPY', 'KWD'])
  .meta({ description: 'ISO 4217 currency code', examples: ['CHF'] });
export type Currency = z.output<typeof Currency>;

/** An amount in integer minor units (PAY-6): `{ amount: 199475, currency: 'CHF' }` is 1994.75. */
export const MoneyValue = z
  .object({ amount: z.int().describe('Integer minor units (Rappen, cents)'), currency: Currency })
  .meta({
    id: 'Money',
    description: 'Amount in minor units of a currency',
    examples: [{ amount: 199475, currency: 'CHF' }],
  });
export type MoneyValue = z.output<typeof MoneyValue>;

/** Text that people write: no control characters and no half of a surrogate pair, which neither PostgreSQL nor JSON can keep. */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((value) => !/[\p{Cc}\p{Cs}]/u.test(value), 'must not hold control characters or broken ones');

export const Email = text(254)
  .pipe(z.email())
  .meta({ description: 'E-mail address', examples: ['anna@example.ch'] });

/** A name that people read, 1 to 255 characters. One of them at least is seen: no space, no mark without a letter, nothing without width, no filler, not the blank of Braille. */
export const Name = text(255)
  .min(1, { abort: true })
  .regex(/[^\p{Z}\p{M}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u, 'must have something to read')
  .meta({ description: 'Name, 1 to 255 characters', examples: ['Alpine Rescue'] });

export const Country = z
  .string()
  .regex(/^[A-Z]{2}$/)
  .meta({ description: 'ISO 3166-1 alpha-2 country', examples: ['CH'] });
export const Locale = z
  .enum(['de', 'fr', 'it', 'en', 'es'])
  .meta({ description: 'Language of texts', examples: ['fr'] });
export type Locale = z.output<typeof Locale>;
function isTimeZone(zone: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export const TimeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be an IANA time zone')
  .meta({ description: 'IANA time zone', examples: ['Europe/Zurich'] });

/** Query parameters of a list. */
export const pageInput = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Rows on a page, at most 200'),
  cursor: z.string().max(500).optional().describe('`nextCursor` of the page before'),
};

/** What a list answers to a cursor that it did not make. */
export const pageErrors = {
  CURSOR_INVALID: { status: 422, title: 'The cursor was not made by this list' },
} as const satisfies Record<string, ErrorDeclaration>;

/** What lists say of themselves whose rows may be large. */
export const endsEarly =
  'A page ends before its limit where its rows are large; `nextCursor` says whether there is more.';

/** A page of a list: rows and the cursor of the next page, null on the last. */
export const page = <T extends z.ZodType>(row: T) =>
  z.object({ data: z.array(row), nextCursor: z.string().nullable() });
