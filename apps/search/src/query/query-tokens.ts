import { isSearchable } from '../index/search-words.ts';
import { queryInvalid } from './query-errors.ts';
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

/** Closing quotes by opening quote. Phones replace straight quotes by typographic ones. */
const CLOSING_QUOTES: Record<string, string> = { '"': '"', '“': '“”', '”': '“”', '„': '“”', '«': '»', '»': '«' };

const OPERATOR_NAME = /\p{L}[\p{L}\p{N}_-]*:/uy;
const BARE_RUN = /[^\s()"“”„«»]+/y;
const SPACES = /\s+/y;
const CONNECTIVES: Record<string, 'or' | 'and' | 'not'> = { OR: 'or', AND: 'and', NOT: 'not' };

/**
 * Splits a query into tokens. All regular expressions are sticky and run in linear time, so that no input is slow. An
 * apostrophe is an ordinary character (`l'équipe`).
 */
export function queryTokens(source: string): { tokens: QueryToken[]; warnings: QueryWarning[] } {
  const tokens: QueryToken[] = [];
  const warnings: QueryWarning[] = [];
  let at = 0;

  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  const skipSpaces = () => {
    at += match(SPACES)?.length ?? 0;
  };
  const isQuote = () => at < source.length && Object.hasOwn(CLOSING_QUOTES, source[at]!);

  const readQuoted = (): string => {
    const opening = at;
    const closers = CLOSING_QUOTES[source[opening]!]!;
    let value = '';
    for (at += 1; at < source.length; at += 1) {
      const character = source[at]!;
      if (closers.includes(character)) {
        at += 1;
        return value;
      }
      const next = source[at + 1];
      if (character === '\\' && source[opening] === '"' && (next === '"' || next === '\\')) at += 1;
      value += source[at];
    }
    throw queryInvalid('QUOTE_OPEN', opening, 'an opening quote has no closing one.');
  };

  /** The name of the operator at the current position. The scheme of a URL is not an operator. */
  const operatorHere = (): string | undefined => {
    const name = match(OPERATOR_NAME);
    return name === undefined || source.startsWith('//', at + name.length) ? undefined : name.slice(0, -1);
  };

  const readOperator = (name: string) => {
    const position = at;
    const operator = name.toLowerCase();
    if (!findOperator(operator)) {
      throw queryInvalid(
        'OPERATOR_UNKNOWN',
        position,
        `“${name}:” is not an operator; the operators are ${OPERATOR_NAMES.map((each) => `${each}:`).join(' ')}. ` +
          'To search for it as text, put it in quotes.',
      );
    }
    at += name.length + 1;
    const afterColon = at;
    skipSpaces();
    const missing = () => queryInvalid('VALUE_MISSING', position, `“${name}:” has no value.`);
    if (source[at] === '(') {
      tokens.push({ type: 'open', operator, position: at });
      at += 1;
      return;
    }
    if (isQuote()) {
      tokens.push({ type: 'term', operator, value: readQuoted(), isQuoted: true, position });
      return;
    }
    // Accepts a value after a space (`from: jean`), but not another operator, a negation or a connective.
    if (at > afterColon && (source[at] === '-' || operatorHere() !== undefined)) throw missing();
    const run = match(BARE_RUN);
    if (run === undefined || (at > afterColon && Object.hasOwn(CONNECTIVES, run))) throw missing();
    at += run.length;
    const isSplit = operator === 'header' && /[=:]$/.test(run) && isQuote();
    tokens.push({ type: 'term', operator, value: isSplit ? run + readQuoted() : run, isQuoted: isSplit, position });
  };

  const readBare = () => {
    const position = at;
    const run = match(BARE_RUN)!;
    const following = source[position + run.length] ?? ' ';
    if (!isSearchable(run) && !(/^-+$/.test(run) && /[("“„«»]/.test(following))) {
      at += run.length;
      warnings.push({
        code: 'PUNCTUATION_IGNORED',
        position,
        detail: `“${run}” has no letter or digit and was ignored.`,
      });
      return;
    }
    if (run.startsWith('-')) {
      at += 1;
      tokens.push({ type: 'not', position });
      return;
    }
    at += run.length;
    if (Object.hasOwn(CONNECTIVES, run)) {
      tokens.push({ type: CONNECTIVES[run]!, position });
      return;
    }
    if (run.startsWith('*')) {
      throw queryInvalid(
        'WILDCARD_LEADING',
        position,
        'a wildcard is allowed only at the end of a word; put the text in quotes to search for a literal `*`.',
      );
    }
    tokens.push({ type: 'term', value: run, isQuoted: false, position });
    const end = at;
    skipSpaces();
    if (at > end && source[at] === ':' && findOperator(run)) {
      throw queryInvalid('OPERATOR_SPACED', position, `write “${run}:” without a space before the colon.`);
    }
  };

  for (skipSpaces(); at < source.length; skipSpaces()) {
    const position = at;
    const character = source[at]!;
    if (character === '(' || character === ')') {
      tokens.push({ type: character === '(' ? 'open' : 'close', position });
      at += 1;
    } else if (isQuote()) {
      tokens.push({ type: 'term', value: readQuoted(), isQuoted: true, position });
    } else {
      const name = operatorHere();
      if (name === undefined) readBare();
      else readOperator(name);
    }
  }
  return { tokens, warnings };
}
