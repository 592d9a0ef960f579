import { isSearchable } from '../index/search-words.ts';
import { queryInvalidError } from './query-errors.ts';
import { findOperator, OPERATOR_NAMES } from './query-operators.ts';

export interface QueryWarning {
  code: string;
  /** Position in the text in UTF-16 code units, from 0. */
  position: number;
  detail: string;
}

/** A word or phrase with its optional operator. */
export interface TermToken {
  type: 'term';
  operator?: string;
  value: string;
  isQuoted: boolean;
  position: number;
}

export type QueryToken =
  | TermToken
  | { type: 'open'; operator?: string; position: number }
  | { type: 'close' | 'or' | 'and' | 'not'; position: number };

/**
 * The characters that close a quoted text, by its opening quote. Typographic quotes are accepted, because phones insert
 * them.
 */
const CLOSING_QUOTES: Record<string, string> = { '"': '"', '“': '“”', '”': '“”', '„': '“”', '«': '»', '»': '«' };

const OPERATOR_NAME = /\p{L}[\p{L}\p{N}_-]*:/uy;
const UNQUOTED = /[^\s()"“”„«»]+/y;
const SPACES = /\s+/y;
const KEYWORDS: Record<string, 'or' | 'and' | 'not'> = { OR: 'or', AND: 'and', NOT: 'not' };

/**
 * Splits a query into tokens. All regular expressions are sticky and run in linear time, so that no input is slow. An
 * apostrophe is an ordinary character (`l'équipe`).
 */
export function queryTokens(source: string): { tokens: QueryToken[]; warnings: QueryWarning[] } {
  const tokens: QueryToken[] = [];
  const warnings: QueryWarning[] = [];
  let offset = 0;

  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = offset;
    return pattern.exec(source)?.[0];
  };
  const skipSpaces = () => {
    offset += match(SPACES)?.length ?? 0;
  };
  const isAtQuote = () => offset < source.length && Object.hasOwn(CLOSING_QUOTES, source[offset]!);

  const readQuoted = (): string => {
    const openingOffset = offset;
    const closingQuotes = CLOSING_QUOTES[source[openingOffset]!]!;
    let value = '';
    for (offset += 1; offset < source.length; offset += 1) {
      const character = source[offset]!;
      if (closingQuotes.includes(character)) {
        offset += 1;
        return value;
      }
      const next = source[offset + 1];
      if (character === '\\' && source[openingOffset] === '"' && (next === '"' || next === '\\')) offset += 1;
      value += source[offset];
    }
    throw queryInvalidError('QUOTE_OPEN', openingOffset, 'this opening quote has no closing quote.');
  };

  /** Returns the name of the operator at the current offset. The scheme of a URL is not an operator. */
  const matchOperator = (): string | undefined => {
    const name = match(OPERATOR_NAME);
    return name === undefined || source.startsWith('//', offset + name.length) ? undefined : name.slice(0, -1);
  };

  const readOperator = (name: string) => {
    const position = offset;
    const operator = name.toLowerCase();
    if (!findOperator(operator)) {
      throw queryInvalidError(
        'OPERATOR_UNKNOWN',
        position,
        `“${name}:” is not an operator; the operators are ${OPERATOR_NAMES.map((each) => `${each}:`).join(' ')}. ` +
          'To search for this text, put the text in quotes.',
      );
    }
    offset += name.length + 1;
    const afterColon = offset;
    skipSpaces();
    const missingValueError = () => queryInvalidError('VALUE_MISSING', position, `“${name}:” has no value.`);
    if (source[offset] === '(') {
      tokens.push({ type: 'open', operator, position: offset });
      offset += 1;
      return;
    }
    if (isAtQuote()) {
      tokens.push({ type: 'term', operator, value: readQuoted(), isQuoted: true, position });
      return;
    }
    // After a space (`from: jean`), a value is accepted, but no other operator, no negation and no OR, AND or NOT.
    if (offset > afterColon && (source[offset] === '-' || matchOperator() !== undefined)) throw missingValueError();
    const unquoted = match(UNQUOTED);
    if (unquoted === undefined || (offset > afterColon && Object.hasOwn(KEYWORDS, unquoted))) throw missingValueError();
    offset += unquoted.length;
    // In `header:X-Mailer:"Some Client"`, only the content of the header is quoted.
    const hasQuotedPart = operator === 'header' && /[=:]$/.test(unquoted) && isAtQuote();
    tokens.push({
      type: 'term',
      operator,
      value: hasQuotedPart ? unquoted + readQuoted() : unquoted,
      isQuoted: hasQuotedPart,
      position,
    });
  };

  const readUnquoted = () => {
    const position = offset;
    const unquoted = match(UNQUOTED)!;
    const nextCharacter = source[position + unquoted.length] ?? ' ';
    // Punctuation is ignored, except minus signs before a parenthesis or quote, which negate the group or phrase.
    if (!isSearchable(unquoted) && !(/^-+$/.test(unquoted) && /[("“„«»]/.test(nextCharacter))) {
      offset += unquoted.length;
      warnings.push({
        code: 'PUNCTUATION_IGNORED',
        position,
        detail: `“${unquoted}” contains no letter or digit and was ignored.`,
      });
      return;
    }
    if (unquoted.startsWith('-')) {
      offset += 1;
      tokens.push({ type: 'not', position });
      return;
    }
    offset += unquoted.length;
    if (Object.hasOwn(KEYWORDS, unquoted)) {
      tokens.push({ type: KEYWORDS[unquoted]!, position });
      return;
    }
    if (unquoted.startsWith('*')) {
      throw queryInvalidError(
        'WILDCARD_LEADING',
        position,
        'a wildcard is allowed only at the end of a word; put the text in quotes to search for a literal `*`.',
      );
    }
    tokens.push({ type: 'term', value: unquoted, isQuoted: false, position });
    const end = offset;
    skipSpaces();
    if (offset > end && source[offset] === ':' && findOperator(unquoted)) {
      throw queryInvalidError('OPERATOR_SPACED', position, `write “${unquoted}:” without a space before the colon.`);
    }
  };

  for (skipSpaces(); offset < source.length; skipSpaces()) {
    const position = offset;
    const character = source[offset]!;
    if (character === '(' || character === ')') {
      tokens.push({ type: character === '(' ? 'open' : 'close', position });
      offset += 1;
    } else if (isAtQuote()) {
      tokens.push({ type: 'term', value: readQuoted(), isQuoted: true, position });
    } else {
      const name = matchOperator();
      if (name === undefined) readUnquoted();
      else readOperator(name);
    }
  }
  return { tokens, warnings };
}
