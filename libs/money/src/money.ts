import { DomainError } from '@cordee/contracts/domain-error';
import {
  add,
  allocate,
  compare,
  dinero,
  subtract,
  toDecimal,
  toSnapshot,
  type Dinero,
  type DineroCurrency,
} from 'dinero.js/bigint';
import * as currencies from 'dinero.js/bigint/currencies';

/**
 * An amount of money: an integer number of minor units (`199475` CHF is 1994.75 francs, `500` JPY is 500 yen) and an ISO 4217 code.
 * The value is its own JSON form; `amount` is always a safe integer. Make one with {@link money} or {@link parseMoney}.
 * The type parameter carries a narrower set of codes (such as a contract's) through the arithmetic.
 */
export interface Money<C extends string = string> {
  readonly amount: number;
  readonly currency: C;
}

/** A share of something as two integers, so that no float takes part: 6 of 31 days is `{ numerator: 6, denominator: 31 }`. */
export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

/**
 * Makes an amount from integer minor units.
 * @throws DomainError `MONEY_AMOUNT_INVALID` when it is no safe integer, `MONEY_CURRENCY_UNKNOWN` when the code is not in ISO 4217
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
  // `+ 0` turns -0 into 0: both are the same money, but JSON and equality checks would tell them apart.
  return Object.freeze({ amount: units + 0, currency });
}

/** No money, in the given currency. */
export function zero<C extends string>(currency: C): Money<C> {
  return money(0, currency);
}

/** Number of decimals of a currency by ISO 4217: CHF 2, JPY 0, KWD 3. */
export function decimalsOf(currency: string): number {
  return Number(currencyOf(currency).exponent);
}

/** Whether the code is an ISO 4217 currency that this library knows. */
export function isCurrency(code: string): boolean {
  return Object.hasOwn(currencies, code);
}

/**
 * Reads a decimal text with a point (`"1994.75"`, `"-3"`, `"5.00000"`) without ever passing through a float.
 * @throws DomainError `MONEY_AMOUNT_INVALID` when it is no number or has more decimals than the currency (nothing is rounded here)
 */
export function parseMoney<C extends string>(text: string, currency: C): Money<C> {
  const match = /^([+-]?)(\d{1,18})(?:\.(\d+))?$/.exec(text);
  const decimals = decimalsOf(currency);
  const fraction = match?.[3] ?? '';
  if (!match || /[1-9]/.test(fraction.slice(decimals))) {
    throw new DomainError('MONEY_AMOUNT_INVALID', { status: 422, detail: `"${text}" is not an amount in ${currency}` });
  }
  const units = BigInt(match[2] + fraction.slice(0, decimals).padEnd(decimals, '0'));
  return money(match[1] === '-' ? -units : units, currency);
}

/** The amount as decimal text with a point and all decimals of its currency, for files and machines: `"1994.75"`. */
export function decimalText(value: Money): string {
  return toDecimal(toDinero(value));
}

/** Sum of two amounts. @throws DomainError `MONEY_CURRENCY_MISMATCH` */
export function addMoney<C extends string>(left: Money<C>, right: Money<C>): Money<C> {
  requireSameCurrency(left, right);
  return fromDinero(add(toDinero(left), toDinero(right)));
}

/** Difference of two amounts, below zero where the right one is larger. @throws DomainError `MONEY_CURRENCY_MISMATCH` */
export function subtractMoney<C extends string>(left: Money<C>, right: Money<C>): Money<C> {
  requireSameCurrency(left, right);
  return fromDinero(subtract(toDinero(left), toDinero(right)));
}

/** The same amount with the other sign. */
export function negateMoney<C extends string>(value: Money<C>): Money<C> {
  return money(-value.amount, value.currency);
}

/** Sum of any number of amounts of one currency; zero when there are none. @throws DomainError `MONEY_CURRENCY_MISMATCH` */
export function sumMoney<C extends string>(values: Iterable<Money<C>>, currency: C): Money<C> {
  let total = zero(currency);
  for (const value of values) total = addMoney(total, value);
  return total;
}

/** -1, 0 or 1, for sorting and limits. @throws DomainError `MONEY_CURRENCY_MISMATCH` */
export function compareMoney(left: Money, right: Money): -1 | 0 | 1 {
  requireSameCurrency(left, right);
  return compare(toDinero(left), toDinero(right)) as -1 | 0 | 1;
}

/** Same currency and same amount; amounts of two currencies are never equal, and asking is no error. */
export function isSameMoney(left: Money, right: Money): boolean {
  return left.currency === right.currency && left.amount === right.amount;
}

/** The smaller of two amounts. @throws DomainError `MONEY_CURRENCY_MISMATCH` */
export function smallerOf<C extends string>(left: Money<C>, right: Money<C>): Money<C> {
  return compareMoney(left, right) <= 0 ? left : right;
}

/**
 * `value × numerator / denominator`, rounded half-up to the minor unit. Half-up is symmetric: what is half goes away from zero,
 * so that a credit note rounds exactly like the invoice that it corrects.
 */
export function fractionOf<C extends string>(value: Money<C>, { numerator, denominator }: Fraction): Money<C> {
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator) || denominator === 0) {
    throw new DomainError('MONEY_FRACTION_INVALID', {
      status: 422,
      detail: `${numerator}/${denominator} is not a fraction of integers`,
    });
  }
  return money(divideHalfUp(BigInt(value.amount) * BigInt(numerator), BigInt(denominator)), value.currency);
}

/**
 * Price of a quantity, rounded half-up once. The quantity is an integer or a decimal text (`"1.5"` hours), never a float.
 * @throws DomainError `MONEY_QUANTITY_INVALID`
 */
export function priceOfQuantity<C extends string>(unitPrice: Money<C>, quantity: number | string): Money<C> {
  const match = /^(-?\d{1,9})(?:\.(\d{1,6}))?$/.exec(String(quantity));
  if (!match || (typeof quantity === 'number' && !Number.isInteger(quantity))) {
    throw new DomainError('MONEY_QUANTITY_INVALID', { status: 422, detail: `"${quantity}" is not a quantity` });
  }
  const decimals = match[2] ?? '';
  return fractionOf(unitPrice, { numerator: Number(`${match[1]}${decimals}`), denominator: 10 ** decimals.length });
}

/**
 * Shares an amount out in whole ratios without losing or making a minor unit: the parts always add up to the whole.
 * What is left over after the division goes to the first parts that have a ratio, one unit each.
 * @throws DomainError `MONEY_RATIOS_INVALID` when a ratio is negative or no integer, or all are zero
 */
export function allocateMoney<C extends string>(value: Money<C>, ratios: readonly number[]): Money<C>[] {
  if (!ratios.every((ratio) => Number.isSafeInteger(ratio) && ratio >= 0) || ratios.every((ratio) => ratio === 0)) {
    throw new DomainError('MONEY_RATIOS_INVALID', { status: 422, detail: `cannot share out by ${ratios.join(' : ')}` });
  }
  // Shared out without its sign, so that the parts of a credit note mirror those of its invoice.
  const parts = allocate(toDinero(value.amount < 0 ? negateMoney(value) : value), ratios.map(BigInt)).map(fromDinero);
  return value.amount < 0 ? parts.map(negateMoney) : parts;
}

/**
 * Rounds francs to what coins can pay, 0.05. The difference is its own line on the document, with the same value on its credit note.
 * @throws DomainError `MONEY_CASH_ROUNDING_UNKNOWN` for other currencies
 */
export function roundToCash(value: Money): { rounded: Money; difference: Money } {
  if (value.currency !== 'CHF') {
    throw new DomainError('MONEY_CASH_ROUNDING_UNKNOWN', {
      status: 422,
      detail: `no cash rounding is known for ${value.currency}`,
    });
  }
  const rounded = money(divideHalfUp(BigInt(value.amount), 5n) * 5n, 'CHF');
  return { rounded, difference: subtractMoney(rounded, value) };
}

const tagOfLanguage: Record<string, string> = { de: 'de-CH', fr: 'fr-CH', it: 'it-CH', en: 'en-CH', es: 'es-ES' };

/** The locale that a language's numbers are written in: the Swiss habits of it where there are any. Full tags stay as they are. */
function localeTag(locale: string): string {
  return tagOfLanguage[locale] ?? locale;
}

/** The amount as people read it, with its currency code. Takes a language (`fr`, `de`, `it`, `en`, `es`) or a full tag such as `fr-FR`. */
export function formatMoney(value: Money, locale: string): string {
  return currencyFormat(locale, value.currency).format(decimalText(value) as Intl.StringNumericLiteral);
}

/** The amount as people read it without the currency, for table columns that name it once. Locale as in {@link formatMoney}. */
export function formatAmount(value: Money, locale: string): string {
  // Not a plain number format: French-speaking Switzerland writes 8,1 % but 8.10 francs.
  return currencyFormat(locale, value.currency)
    .formatToParts(decimalText(value) as Intl.StringNumericLiteral)
    .map((part) => (part.type === 'currency' ? '' : part.value))
    .join('')
    .trim();
}

const formats = new Map<string, Intl.NumberFormat>();

function currencyFormat(locale: string, currency: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`;
  let format = formats.get(key);
  if (!format) {
    const digits = decimalsOf(currency);
    format = new Intl.NumberFormat(localeTag(locale), {
      style: 'currency',
      currency,
      currencyDisplay: 'code',
      // Intl follows CLDR, which leaves the decimals out for some currencies that have them by ISO 4217.
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      // Italian and Spanish group from 10 000 on only; in one column of amounts that looks like a mistake.
      useGrouping: 'always',
    });
    formats.set(key, format);
  }
  return format;
}

const numberFormats = new Map<string, Intl.NumberFormat>();

/** A number that is no money – a quantity, a percentage – as people write it, with up to six decimals. Locale as in {@link formatMoney}. */
export function formatNumber(value: number, locale: string, leastDecimals = 0): string {
  const key = `${locale} ${leastDecimals}`;
  let format = numberFormats.get(key);
  if (!format)
    numberFormats.set(
      key,
      (format = new Intl.NumberFormat(localeTag(locale), {
        minimumFractionDigits: leastDecimals,
        maximumFractionDigits: 6,
      })),
    );
  return format.format(value);
}

/** Division of integers, half away from zero. */
function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const sign = dividend < 0n === divisor < 0n ? 1n : -1n;
  const [top, bottom] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor];
  return sign * ((top * 2n + bottom) / (bottom * 2n));
}

function requireSameCurrency(left: Money, right: Money): void {
  if (left.currency === right.currency) return;
  throw new DomainError('MONEY_CURRENCY_MISMATCH', {
    status: 422,
    detail: `${left.currency} and ${right.currency} cannot be put together`,
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
    throw new DomainError('MONEY_AMOUNT_INVALID', { status: 422, detail: 'parts of a minor unit' });
  return money(amount, currency.code);
}
