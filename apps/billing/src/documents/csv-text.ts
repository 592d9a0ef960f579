/** Characters that are not visible or are spaces; some programs ignore them at the start of a cell. */
const IGNORED = /^[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]+/u;
const FORMULA_START = /^[=+\-@\u2212]/;

/**
 * Returns the text of a cell. A text that a spreadsheet would execute as a formula gets an apostrophe, also when it
 * starts with a full-width sign or with invisible characters. Amounts are not texts and are not escaped.
 */
export function csvText(value: string): string {
  const isFormula = /^[\t\r\n]/.test(value) || FORMULA_START.test(value.normalize('NFKC').replace(IGNORED, ''));
  return isFormula ? `'${value}` : value;
}
