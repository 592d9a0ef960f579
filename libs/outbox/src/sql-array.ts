type SqlValue = string | number | boolean | null | undefined;

/**
 * Values as the text of an array parameter: `unnest(?::uuid[], ?::bigint[])`. PostgreSQL reads rows from arrays in a
 * third of the time that it needs for a JSON array of objects.
 */
export const sqlArray = (values: readonly SqlValue[]): string => `{${values.map(toElement).join(',')}}`;

function toElement(value: SqlValue): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value !== 'string') return String(value);
  return `"${/["\\]/.test(value) ? value.replaceAll(/["\\]/g, String.raw`\$&`) : value}"`;
}

/**
 * Values as lines of JSON, for one text parameter: `string_to_table(?, E'\n')` returns a row per value, because JSON
 * contains no line break.
 */
export const jsonLines = (values: readonly unknown[]): string =>
  values.map((value) => JSON.stringify(value)).join('\n');
