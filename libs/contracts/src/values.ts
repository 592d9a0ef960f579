import * as z from 'zod';
import type { ErrorDeclaration } from './contract.ts';

/**
 * An instant in UTC, RFC 3339 (`2026-01-31T09:00:00.000Z`), to the millisecond and in the years 0001 to 9999.
 * PostgreSQL and JavaScript store these instants exactly. PostgreSQL rounds instants with more decimals; at the end of
 * the year 9999, the result is a year with five digits.
 */
export const Instant = z.iso
  .datetime({ error: 'must be an instant in UTC that ends with Z, such as 2026-01-31T09:00:00.000Z', abort: true })
  .refine(
    (instant) => /^(?!0000)[^.]*(?:\.\d{1,3})?Z$/.test(instant),
    'must be in the years 0001 to 9999, with at most three decimals of a second',
  )
  .meta({ description: 'Instant in UTC, RFC 3339, to the millisecond', examples: ['2026-01-31T09:00:00.000Z'] });

/** A calendar date without time or zone (`2026-01-31`). */
export const LocalDate = z.iso
  .date()
  .refine((date) => !date.startsWith('0000'), 'must be in the years 0001 to 9999')
  .meta({ description: 'Date, YYYY-MM-DD', examples: ['2026-01-31'] });

/** ISO 4217. The price list of the installation defines the currencies of orders. */
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

/** An amount at the bank, also in a currency in which no product is sold. */
export const BankMoney = z
  .object({
    amount: z.int().describe('Integer minor units'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .meta({ description: 'ISO 4217 currency code', examples: ['SEK'] }),
  })
  .meta({ id: 'BankMoney', description: 'Amount in minor units of any currency' });

/**
 * Text that people write, without control characters or lone surrogates. PostgreSQL cannot store lone surrogates and
 * the control character NUL. A text that is too long is not validated further, because regular expressions take
 * milliseconds on long texts.
 */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max, { abort: true })
    .refine((value) => !/[\p{Cc}\p{Cs}]/u.test(value), 'must not contain control characters or lone surrogates');

/** The scripts for which documents have a font; see docs/decisions/documents-have-fonts-for-every-script.md. */
const EUROPEAN_SCRIPTS = ['Latin', 'Greek', 'Cyrillic', 'Armenian', 'Georgian'];
const OTHER_SCRIPTS = ['Hebrew', 'Arabic', 'Han', 'Hiragana', 'Katakana', 'Hangul', 'Thai', 'Devanagari'];
/** Digits, punctuation and marks, which belong to several scripts. */
const SHARED_CHARACTERS = ['Common', 'Inherited'];
const PRINTABLE = new RegExp(
  `^[${[EUROPEAN_SCRIPTS, OTHER_SCRIPTS, SHARED_CHARACTERS]
    .flat()
    .map((script) => `\\p{Script=${script}}`)
    .join('')}]*$`,
  'u',
);
/** Emoji are in no font of documents; ©, ® and ™ are. */
const EMOJI = /(?![©®™])\p{Extended_Pictographic}/u;

const isPrintable = (value: string): boolean => PRINTABLE.test(value) && !EMOJI.test(value);
const NOT_PRINTABLE = 'must have only characters that documents can print';

/** A text that documents print. */
export const printableText = (max: number) => text(max).refine(isPrintable, NOT_PRINTABLE);

export const Email = text(254)
  .pipe(z.email())
  .meta({ description: 'E-mail address', examples: ['anna@example.ch'] });

/**
 * A name of 1 to 255 characters. At least one character must be visible: not a space, mark, zero-width character,
 * filler or Braille blank (U+2800).
 */
export const Name = text(255)
  .min(1, { abort: true })
  .regex(/[^\p{Z}\p{M}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u, 'must contain a visible character')
  .meta({ description: 'Name, 1 to 255 characters', examples: ['Alpine Rescue'] });

/** A name that documents print. */
export const PrintableName = Name.refine(isPrintable, NOT_PRINTABLE);

/** The officially assigned codes of ISO 3166-1 alpha-2. */
const COUNTRIES = new Set(
  (
    'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ ' +
    'CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO ' +
    'FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE ' +
    'JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO ' +
    'MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW ' +
    'PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM ' +
    'TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW'
  ).split(' '),
);

export const Country = z
  .string()
  .regex(/^[A-Z]{2}$/, { abort: true })
  .refine((code) => COUNTRIES.has(code), 'must be a country code of ISO 3166-1')
  .meta({ description: 'ISO 3166-1 alpha-2 country', examples: ['CH'] });
export const Locale = z
  .enum(['de', 'fr', 'it', 'en', 'es'])
  .meta({ description: 'Language of texts', examples: ['fr'] });
export type Locale = z.output<typeof Locale>;
/**
 * Caches the valid zone names, because the check of a name creates a `DateTimeFormat`, which takes longer than the rest
 * of the validation.
 */
const knownZones = new Set<string>();
/** Limits the memory of the cache: case is ignored, so callers can send many spellings of each zone name. */
const MAX_KNOWN_ZONES = 1_000;

function isTimeZone(zone: string): boolean {
  if (knownZones.has(zone)) return true;
  // `Intl` also accepts offsets such as `+02:00`, with `+`, `-` or the minus sign U+2212.
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    return false;
  }
  if (knownZones.size < MAX_KNOWN_ZONES) knownZones.add(zone);
  return true;
}

export const TimeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be an IANA time zone')
  .meta({ description: 'IANA time zone', examples: ['Europe/Zurich'] });

/** Input fields of every list with pages. */
export const pageInput = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Rows per page, at most 200'),
  cursor: z.string().max(500).optional().describe('`nextCursor` of the previous page'),
};

export const pageErrors = {
  CURSOR_INVALID: { status: 422, title: 'The cursor is not valid for this list' },
} as const satisfies Record<string, ErrorDeclaration>;

/** Describes the pages of a list whose rows can be large: a page can be shorter than its limit. */
export const shortPageDescription =
  'A page with large rows has fewer rows than its limit; `nextCursor` is null on the last page.';

/** Output of a list: the rows of one page. `nextCursor` is null on the last page. */
export const page = <T extends z.ZodType>(row: T) =>
  z.object({ data: z.array(row), nextCursor: z.string().nullable() });
