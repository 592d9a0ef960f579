import { isRaw } from '@mikro-orm/core';

/** A statement in the form in which PostgreSQL prepares it: `$1`, `$2` … in the place of the values. */
export interface BoundStatement {
  text: string;
  values: unknown[];
}

type QuoteIdentifier = (identifier: string) => string;

/**
 * Binds the values of a statement of MikroORM, which has `?` for a value, `??` for an identifier and `\?` for a
 * question mark. Without this function, MikroORM writes the values into the text: no plan is reused, and the log of the
 * database contains values (https://github.com/mikro-orm/mikro-orm/issues/8001).
 */
export function bindValues(
  sql: string,
  parameters: readonly unknown[],
  quoteIdentifier: QuoteIdentifier,
): BoundStatement {
  if (parameters.length === 0) return { text: sql, values: [] };
  const values: unknown[] = [];
  return { text: bindInto(values, sql, parameters, quoteIdentifier), values };
}

function bindInto(
  values: unknown[],
  sql: string,
  parameters: readonly unknown[],
  quoteIdentifier: QuoteIdentifier,
): string {
  const bind = (value: unknown): string => {
    if (isRaw(value)) return bindInto(values, value.sql, value.params, quoteIdentifier);
    // A list of values: `in (?)`.
    if (Array.isArray(value)) return value.map(bind).join(', ');
    values.push(toWireValue(value));
    return `$${values.length}`;
  };
  const { texts, placeholders } = splitAtPlaceholders(sql);
  let text = texts[0]!;
  placeholders.forEach((placeholder, index) => {
    const value = parameters[index];
    text += placeholder === 'value' ? bind(value) : quoteOrBind(value, bind, quoteIdentifier);
    text += texts[index + 1]!;
  });
  return text;
}

const quoteOrBind = (value: unknown, bind: (value: unknown) => string, quoteIdentifier: QuoteIdentifier): string =>
  isRaw(value) ? bind(value) : quoteIdentifier(value as string);

/**
 * Converts a value before `pg` encodes it. A date becomes a text in UTC, because `pg` would use the time zone of the
 * machine. Any other object except bytes becomes JSON.
 */
function toWireValue(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || ArrayBuffer.isView(value)) return value;
  return JSON.stringify(value);
}

interface SplitStatement {
  /** The texts around the placeholders; one more than placeholders. */
  texts: string[];
  placeholders: ('value' | 'identifier')[];
}

function splitAtPlaceholders(sql: string): SplitStatement {
  const texts: string[] = [];
  const placeholders: SplitStatement['placeholders'] = [];
  let text = '';
  let start = 0;
  for (const { index, 0: match } of sql.matchAll(/\\\?|\?\??/g)) {
    text += sql.slice(start, index);
    start = index + match.length;
    if (match === '\\?') text += '?';
    else {
      texts.push(text);
      placeholders.push(match === '?' ? 'value' : 'identifier');
      text = '';
    }
  }
  texts.push(text + sql.slice(start));
  return { texts, placeholders };
}
