import { DomainError } from '@cordee/contracts/domain-error';
import { allocate, dinero, toDecimal, toSnapshot, type Dinero, type DineroCurrency } from 'dinero.js/bigint';
import * as currencies from 'dinero.js/bigint/currencies';

/**
 * An amount of money: minor units (`199475` CHF is 1994.75 francs, `500` JPY is 500 yen) and an ISO 4217 code. `amount`
 * is always a safe integer. The JSON form has the same fields. Create an amount with {@link money} or
 * {@link parseMoney}. The type parameter keeps a narrower set of currency codes through arithmetic, for example the
 * codes that a contract allows.
 */
export interface Money<C extends string = string> {
  readonly amount: number;
  readonly currency: C;
}

/** A fraction of two integers, to avoid floats: 6 of 31 days is `{ numerator: 6, denominator: 31 }`. */
export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

/**
 * Creates a frozen amount from integer minor units.
 * @throws DomainError `MONEY_AMOUNT_INVALID` if `amount` is not a safe integer, `MONEY_CURRENCY_UNKNOWN` if the code is
 *   not in ISO 4217
 */
export function money<C extends string>(amount: number | bigint, currency: C): Money<C> {
  const units = Number(amount);
  if (!Number.isSafeInteger(units)) {
    throw new DomainError('MONEY_AMOUNT_INVALID', {
      status: 422,
      detail: `${amount} is not a whole number of minor units`,
    });
  }
  currencyOf(currency);
  // `+ 0` converts -0 to 0: `Object.is` and test matchers treat -0 and 0 as different.
  return Object.freeze({ amount: units + 0, currency });
}

/** An amount of zero. */
export function zero<C extends string>(currency: C): Money<C> {
  return money(0, currency);
}

/** Number of decimals of a currency by ISO 4217: CHF 2, JPY 0, KWD 3. */
export function decimalsOf(currency: string): number {
  return Number(currencyOf(currency).exponent);
}

/** True if the library has the ISO 4217 code with decimal minor units. One ariary (MGA) has five minor units. */
export function isCurrency(code: string): boolean {
  return Object.hasOwn(currencies, code) && (currencies as Record<string, DineroCurrency<bigint>>)[code]!.base === 10n;
}

/**
 * Parses a decimal text with a point (`"1994.75"`, `"-3"`, `"5.00000"`) without floats and without rounding.
 * @throws DomainError `MONEY_AMOUNT_INVALID` if the text is not a number or has more decimals than the currency
 */
export function parseMoney<C extends string>(text: string, currency: C): Money<C> {
  const match = /^([+-]?)(\d{1,18})(?:\.(\d+))?$/.exec(text);
  const [, sign, integerDigits, fraction = ''] = match ?? [];
  const decimals = decimalsOf(currency);
  // Zeros after the last decimal of the currency are accepted: they do not change the amount.
  if (!match || /[1-9]/.test(fraction.slice(decimals))) {
    throw new DomainError('MONEY_AMOUNT_INVALID', { status: 422, detail: `"${text}" is not an amount in ${currency}` });
  }
  const units = BigInt(integerDigits + fraction.slice(0, decimals).padEnd(decimals, '0'));
  return money(sign === '-' ? -units : units, currency);
}

/** The amount as machine-readable decimal text with a point and all decimals of its currency: `"1994.75"`. */
export function decimalText(value: Money): string {
  return toDecimal(toDinero(value));
}

/** Sum of two amounts. @throws DomainError `MONEY_CURRENCY_MISMATCH` */
export function addMoney<C extends string>(left: Money<C>, right: Money<C>): Money<C> {
  requireSameCurrency(left, right);
  return money(left.amount + right.amount, left.currency);
}

/** `left - right`; may be negative. @throws DomainError `MONEY_CURRENCY_MISMATCH` */
export function subtractMoney<C extends string>(left: Money<C>, right: Money<C>): Money<C> {
  requireSameCurrency(left, right);
  return money(left.amount - right.amount, left.currency);
}

/** The amount with the opposite sign. */
export function negateMoney<C extends string>(value: Money<C>): Money<C> {
  return money(-value.amount, value.currency);
}

/** Sum of amounts in one currency; zero for an empty list. @throws DomainError `MONEY_CURRENCY_MISMATCH` */
export function sumMoney<C extends string>(values: Iterable<Money<C>>, currency: C): Money<C> {
  const total = zero(currency);
  let sum = 0;
  for (const value of values) {
    requireSameCurrency(total, value);
    sum += value.amount;
    if (!Number.isSafeInteger(sum)) break;
  }
  return money(sum, currency);
}

/** Comparator: -1, 0 or 1. @throws DomainError `MONEY_CURRENCY_MISMATCH` */
export function compareMoney(left: Money, right: Money): -1 | 0 | 1 {
  requireSameCurrency(left, right);
  return Math.sign(left.amount - right.amount) as -1 | 0 | 1;
}

/**
 * `value × numerator / denominator`, rounded to the minor unit, half away from zero. The rounding is symmetric, so
 * that a credit note rounds like its invoice.
 * @throws DomainError `MONEY_FRACTION_INVALID`
 */
export function fractionOf<C extends string>(value: Money<C>, { numerator, denominator }: Fraction): Money<C> {
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator) || denominator === 0) {
    throw new DomainError('MONEY_FRACTION_INVALID', {
      status: 422,
      detail: `${numerator}/${denominator} is not a fraction of integers`,
    });
  }
  return money(divideRounded(BigInt(value.amount) * BigInt(numerator), BigInt(denominator)), value.currency);
}

/**
 * Allocates an amount by integer ratios. The parts add up to the amount: remaining minor units go to the first parts
 * with a ratio above zero, one unit each.
 * @throws DomainError `MONEY_RATIOS_INVALID` if a ratio is negative or not an integer, or all ratios are zero
 */
export function allocateMoney<C extends string>(value: Money<C>, ratios: readonly number[]): Money<C>[] {
  if (!ratios.every((ratio) => Number.isSafeInteger(ratio) && ratio >= 0) || ratios.every((ratio) => ratio === 0)) {
    throw new DomainError('MONEY_RATIOS_INVALID', { status: 422, detail: `cannot allocate by ${ratios.join(' : ')}` });
  }
  // Allocates the absolute value, so that the parts of a credit note equal the parts of its invoice.
  const parts = allocate(toDinero(value.amount < 0 ? negateMoney(value) : value), ratios.map(BigInt)).map(fromDinero);
  return value.amount < 0 ? parts.map(negateMoney) : parts;
}

const tagOfLanguage: Record<string, string> = { de: 'de-CH', fr: 'fr-CH', it: 'it-CH', en: 'en-CH', es: 'es-ES' };

/** The locale tag of a language: Spain for Spanish, Switzerland for the other languages. A full tag is unchanged. */
function localeTag(locale: string): string {
  return tagOfLanguage[locale] ?? locale;
}

/**
 * Formats an amount with its currency code. `locale` is a language (`fr`, `de`, `it`, `en`, `es`) or a tag (`fr-FR`).
 */
export function formatMoney(value: Money, locale: string): string {
  return currencyFormat(locale, value.currency).format(decimalText(value) as Intl.StringNumericLiteral);
}

/** Formats an amount without its currency, for tables. `locale` as in {@link formatMoney}. */
export function formatAmount(value: Money, locale: string): string {
  // Uses the currency format: in fr-CH, the number format has a decimal comma (8,1 %), but the currency format has a
  // point (8.10).
  return currencyFormat(locale, value.currency)
    .formatToParts(decimalText(value) as Intl.StringNumericLiteral)
    .map((part) => (part.type === 'currency' ? '' : part.value))
    .join('')
    .trim();
}

const currencyFormats = new Map<string, Intl.NumberFormat>();

function currencyFormat(locale: string, currency: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`;
  let format = currencyFormats.get(key);
  if (!format) {
    const digits = decimalsOf(currency);
    format = new Intl.NumberFormat(localeTag(locale), {
      style: 'currency',
      currency,
      currencyDisplay: 'code',
      // CLDR, which Intl uses, omits the decimals of some currencies that have them in ISO 4217.
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      // Italian and Spanish group digits only from 10 000 on, which makes a column of amounts inconsistent.
      useGrouping: 'always',
    });
    currencyFormats.set(key, format);
  }
  return format;
}

const numberFormats = new Map<string, Intl.NumberFormat>();

/** Formats a quantity or percentage with at most six decimals. `locale` as in {@link formatMoney}. */
export function formatNumber(value: number, locale: string): string {
  let format = numberFormats.get(locale);
  if (!format)
    numberFormats.set(locale, (format = new Intl.NumberFormat(localeTag(locale), { maximumFractionDigits: 6 })));
  return format.format(value);
}

/** Integer division, rounded half away from zero. */
function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const sign = dividend < 0n === divisor < 0n ? 1n : -1n;
  const [numerator, denominator] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor];
  return sign * ((numerator * 2n + denominator) / (denominator * 2n));
}

function requireSameCurrency(left: Money, right: Money): void {
  if (left.currency === right.currency) return;
  throw new DomainError('MONEY_CURRENCY_MISMATCH', {
    status: 422,
    detail: `${left.currency} and ${right.currency} cannot be combined`,
  });
}

function currencyOf<C extends string>(code: C): DineroCurrency<bigint, C> {
  if (!isCurrency(code))
    throw new DomainError('MONEY_CURRENCY_UNKNOWN', { status: 422, detail: `"${code}" is not an ISO 4217 currency` });
  return (currencies as Record<string, unknown>)[code] as DineroCurrency<bigint, C>;
}

function toDinero<C extends string>(value: Money<C>): Dinero<bigint, C> {
  return dinero({ amount: BigInt(value.amount), currency: currencyOf(value.currency) });
}

function fromDinero<C extends string>(value: Dinero<bigint, C>): Money<C> {
  const { amount, currency, scale } = toSnapshot(value);
  if (scale !== currency.exponent)
    throw new DomainError('MONEY_AMOUNT_INVALID', { status: 422, detail: 'the amount has fractions of a minor unit' });
  return money(amount, currency.code);
}
