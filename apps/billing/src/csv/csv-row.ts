import { decimalText, money } from '@cordee/money/money';
import type { Currency } from '@cordee/contracts/values';

/** The formats differ in the separator and the byte order mark. Both have CRLF (RFC 4180) and a decimal point. */
export type CsvFormat = 'comma' | 'semicolon_bom';

export const CSV_CONTENT_TYPE = 'text/csv; charset=utf-8';

/** The bytes before the first row. */
export const csvStart = (format: CsvFormat): string => (format === 'semicolon_bom' ? '\uFEFF' : '');

/** Returns a row with its line end. */
export function csvRow(cells: readonly string[], format: CsvFormat): string {
  const separator = format === 'comma' ? ',' : ';';
  let row = '';
  for (const [index, cell] of cells.entries()) {
    if (index > 0) row += separator;
    row += NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  }
  return `${row}\r\n`;
}

/** Characters that need quotes in one of the formats. */
const NEEDS_QUOTES = /[",;\r\n]/;

/** Returns an amount in minor units with a decimal point and all decimals, also for Swiss spreadsheets. */
export const csvAmount = (amount: number, currency: Currency): string =>
  CURRENCIES_WITH_TWO_DECIMALS.has(currency) ? textOfHundredths(amount) : decimalText(money(amount, currency));

/** The currencies of nearly all documents, whose amounts are converted without the cost of `Money`. */
const CURRENCIES_WITH_TWO_DECIMALS: ReadonlySet<string> = new Set(['CHF', 'EUR', 'GBP', 'USD']);

function textOfHundredths(amount: number): string {
  const digits = String(Math.abs(amount)).padStart(3, '0');
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Texts that no spreadsheet executes or changes: they start with a letter, and contain no invisible characters. */
const HARMLESS_TEXT = /^(?:[A-Za-z][\x20-\x7e\xc0-\xff]*)?$/;
/** Spaces and characters that are not visible; some programs ignore them at the start of a cell. */
const IGNORED_START = /^[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]+/u;
const FORMULA_START = /^[=+\-@\u2212]/;
/** Digits that a spreadsheet reads as a number and changes: zeros at the start, more than 15 digits, an exponent. */
const CHANGED_NUMBER = /^\s*(?:0[\d\s]+|\d{16,}|\d+(?:\.\d+)?e\d+)\s*$/i;

/**
 * Returns the text of a cell. A text that a spreadsheet would execute as a formula gets an apostrophe, also when it
 * starts with a full-width sign or with invisible characters. A text of digits that a spreadsheet would change gets an
 * apostrophe too. Amounts are not texts and are not escaped.
 */
export function csvText(value: string): string {
  if (HARMLESS_TEXT.test(value)) return value;
  const isFormula = /^[\t\r\n]/.test(value) || FORMULA_START.test(value.normalize('NFKC').replace(IGNORED_START, ''));
  return isFormula || CHANGED_NUMBER.test(value) ? `'${value}` : value;
}
