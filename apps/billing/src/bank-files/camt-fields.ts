import { addDays } from '@cordee/calendar/local-date';
import { decimalsOf, isCurrency, money, parseMoney, type Money } from '@cordee/money/money';
import type { FieldError } from '@cordee/contracts/domain-error';
import type { Direction, EntryStatus } from './bank-file.ts';
import { child, pointerOf, textAt, type XmlElement } from './xml-element.ts';

/** The maximum number of errors of a file that are reported. */
export const MAX_ERRORS = 100;

/**
 * Adds an error at the element or at its missing child element, up to a maximum number of errors. Always returns
 * undefined, so that a reader can end with `return addError(…)`.
 */
export function addError(
  errors: FieldError[],
  element: XmlElement,
  code: string,
  detail: string,
  missingChild?: string,
): undefined {
  if (errors.length < MAX_ERRORS) {
    const pointer = missingChild ? `${pointerOf(element)}/${missingChild}` : pointerOf(element);
    errors.push({ pointer, detail, code, line: element.line });
  }
  return undefined;
}

/** Reads the text at the path. Adds an error when the text is missing. */
export function readRequiredText(errors: FieldError[], element: XmlElement, ...path: string[]): string | undefined {
  return (
    textAt(element, ...path) ??
    addError(errors, element, 'ELEMENT_MISSING', `${path.join('/')} is missing`, path.join('/'))
  );
}

/** An amount as written in the file. `money` is undefined when {@link parseAmount} cannot read the text. */
export interface AmountField {
  readonly text: string;
  readonly currency: string;
  readonly money: Money | undefined;
}

/**
 * Reads an element with an amount: up to 15 digits and 5 decimals, never negative, because `CdtDbtInd` contains the
 * direction.
 */
export function readAmountField(errors: FieldError[], element: XmlElement, name = 'Amt'): AmountField | undefined {
  const field = child(element, name);
  const text = field?.text.trim();
  const currency = field?.attributes['Ccy'];
  if (!field || !text) return addError(errors, element, 'ELEMENT_MISSING', `${name} is missing`, name);
  const decimal = canonicalDecimal(text);
  if (decimal === undefined || !/^\d{1,15}(\.\d{1,5})?$/.test(decimal))
    return addError(errors, field, 'AMOUNT_INVALID', `"${text.slice(0, 40)}" is not an amount`);
  if (!currency || !/^[A-Z]{3}$/.test(currency))
    return addError(errors, field, 'CURRENCY_INVALID', 'the currency is missing or wrong');
  return { text, currency, money: parseAmount(text, currency) };
}

/**
 * Returns a decimal of XML Schema (`+116.750`, `.50`, `5.`) without needless signs and zeros (`116.75`, `0.5`, `5`).
 * Undefined when the text is not a decimal.
 */
function canonicalDecimal(text: string): string | undefined {
  const [, sign, integerDigits = '', fraction = ''] = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text) ?? [];
  if (sign === undefined || integerDigits + fraction === '') return undefined;
  const integer = integerDigits.replace(/^0+/, '') || '0';
  const decimals = fraction.replace(/0+$/, '');
  const isZero = integer === '0' && decimals === '';
  return `${sign === '-' && !isZero ? '-' : ''}${integer}${decimals && `.${decimals}`}`;
}

/**
 * Parses an amount. Undefined when the text is not an amount, the amount is too large, the currency is unknown, or the
 * text has more decimals than the currency. Zeros after the last decimal of the currency are accepted.
 */
export function parseAmount(text: string, currency: string): Money | undefined {
  const decimal = canonicalDecimal(text);
  if (
    decimal === undefined ||
    decimal.startsWith('-') ||
    !isCurrency(currency) ||
    (decimal.split('.')[1] ?? '').length > decimalsOf(currency)
  )
    return undefined;
  // `parseMoney` throws when the amount is too large for a safe integer.
  try {
    return parseMoney(decimal, currency);
  } catch {
    return undefined;
  }
}

/** Reads `CdtDbtInd`. */
export function readDirection(errors: FieldError[], element: XmlElement): Direction | undefined {
  const text = readRequiredText(errors, element, 'CdtDbtInd');
  if (text === undefined || text === 'CRDT' || text === 'DBIT') return text && (text === 'CRDT' ? 'credit' : 'debit');
  return addError(
    errors,
    child(element, 'CdtDbtInd')!,
    'CODE_INVALID',
    `"${text.slice(0, 40)}" is neither CRDT nor DBIT`,
  );
}

const statusOfCode: Record<string, EntryStatus> = {
  BOOK: 'booked',
  PDNG: 'pending',
  INFO: 'information',
  FUTR: 'future',
};

/**
 * Reads `Sts`: a text in early versions, an element with a code in later versions. A proprietary status counts as
 * `information`.
 */
export function readStatus(errors: FieldError[], element: XmlElement): EntryStatus | undefined {
  const code = textAt(element, 'Sts', 'Cd') ?? (textAt(element, 'Sts', 'Prtry') ? 'INFO' : textAt(element, 'Sts'));
  if (code === undefined) return addError(errors, element, 'ELEMENT_MISSING', 'Sts is missing', 'Sts');
  return (
    statusOfCode[code] ??
    addError(errors, child(element, 'Sts')!, 'CODE_INVALID', `"${code.slice(0, 40)}" is not the status of an entry`)
  );
}

const datePattern = /^(-?\d{4,}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2})(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?$/;

/**
 * Reads an element that contains a date or an instant. The date of an instant is the date in the bank's UTC offset. A
 * date outside of the years 0 to 9999 becomes the first or the last date of these years, which is implausible.
 */
export function readDate(errors: FieldError[], element: XmlElement, name: string): string | undefined {
  const text = textAt(element, name, 'Dt') ?? textAt(element, name, 'DtTm');
  if (text === undefined) return undefined;
  const [, date, time] = datePattern.exec(text) ?? [];
  if (date?.startsWith('-')) return '0000-01-01';
  if (date && date.length > '9999-12-31'.length) return '9999-12-31';
  // `Date` converts 30 February to 2 March, so the comparison finds a date that does not exist.
  if (date && new Date(`${date}T00:00:00Z`).toJSON()?.startsWith(date))
    // XML Schema writes the end of a day as 24:00:00, which is the start of the next day.
    return time === '24:00:00' ? addDays(date, 1) : date;
  return addError(errors, child(element, name)!, 'DATE_INVALID', `"${text.slice(0, 40)}" is not a date`);
}

/** Returns the signed sum: credits add, debits subtract. Undefined when a currency differs or an amount is missing. */
export function netOf(
  entries: readonly { amount: Money | undefined; direction: Direction }[],
  currency: string,
): Money | undefined {
  let net = 0n;
  for (const { amount, direction } of entries) {
    if (amount?.currency !== currency) return undefined;
    net += direction === 'credit' ? BigInt(amount.amount) : -BigInt(amount.amount);
  }
  return isCurrency(currency) ? money(net, currency) : undefined;
}
