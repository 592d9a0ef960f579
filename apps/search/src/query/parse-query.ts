import { canonicalTree } from './canonical-tree.ts';
import { checkComplexity } from './query-complexity.ts';
import { queryInvalid, queryTooComplex } from './query-errors.ts';
import { ValueError, readField } from './query-fields.ts';
import { findOperator } from './query-operators.ts';
import { queryTokens, type QueryToken, type QueryWarning, type TermToken } from './query-tokens.ts';
import { EVERYTHING, QUERY_LIMITS, type QueryTree } from './query-tree.ts';

interface ParsedQuery {
  tree: QueryTree;
  warnings: QueryWarning[];
}

/**
 * Parses the query language (SRCH-2).
 *
 *     all   = any { ["AND"] any }              adjacent terms must all match
 *     any   = term { "OR" term }               OR binds tighter than AND: `a OR b c` is `(a OR b) c`
 *     term  = ("-" | "NOT") term | "(" all ")" | operator ":" (value | "(" all ")") | phrase | word
 *
 * OR, AND and NOT are upper case, because `or` is a French word. A word may end in `*` (prefix) but not start with it.
 * An invalid query is an error with its position.
 */
export function parseQuery(source: string): ParsedQuery {
  if (source.length > QUERY_LIMITS.length)
    throw queryTooComplex('QUERY_TOO_LONG', `A query has at most ${QUERY_LIMITS.length} characters.`);
  const { tokens, warnings } = queryTokens(source);
  if (tokens.length === 0) {
    if (source.trim() !== '') throw queryInvalid('NOTHING_TO_SEARCH', 0, 'the query has no letter or digit.');
    return { tree: EVERYTHING, warnings };
  }
  const tree = canonicalTree(new QueryParser(tokens, warnings).parse());
  checkComplexity(tree);
  return { tree, warnings: warnings.toSorted((left, right) => left.position - right.position) };
}

class QueryParser {
  readonly #tokens: QueryToken[];
  readonly #warnings: QueryWarning[];
  #at = 0;

  constructor(tokens: QueryToken[], warnings: QueryWarning[]) {
    this.#tokens = tokens;
    this.#warnings = warnings;
  }

  parse(): QueryTree {
    const tree = this.#all(0, undefined);
    const rest = this.#peek();
    if (rest) throw queryInvalid('PARENTHESIS_UNBALANCED', rest.position, 'a closing parenthesis has no opening one.');
    return tree;
  }

  #peek(): QueryToken | undefined {
    return this.#tokens[this.#at];
  }

  #all(depth: number, operator: string | undefined): QueryTree {
    const conditions: QueryTree[] = [];
    let orPosition: number | undefined;
    for (let token = this.#peek(); token && token.type !== 'close'; token = this.#peek()) {
      if (token.type === 'and') {
        if (conditions.length === 0) throw missingTerm(token.position, 'AND');
        this.#at += 1;
        this.#requireTerm(token.position, 'AND');
      }
      const any = this.#any(depth, operator);
      orPosition ??= any.orPosition;
      conditions.push(any.tree);
    }
    if (orPosition !== undefined && conditions.length > 1) {
      this.#warnings.push({
        code: 'OR_BINDS_TIGHTER',
        position: orPosition,
        detail: 'OR joins only the adjacent terms: a OR b c means (a OR b) c. Use parentheses to change this.',
      });
    }
    return conditions.length === 1 ? conditions[0]! : { operator: 'AND', conditions };
  }

  #any(depth: number, operator: string | undefined): { tree: QueryTree; orPosition?: number } {
    const conditions = [this.#term(depth, operator)];
    let orPosition: number | undefined;
    for (let token = this.#peek(); token?.type === 'or'; token = this.#peek()) {
      orPosition ??= token.position;
      this.#at += 1;
      this.#requireTerm(token.position, 'OR');
      conditions.push(this.#term(depth, operator));
    }
    return orPosition === undefined ? { tree: conditions[0]! } : { tree: { operator: 'OR', conditions }, orPosition };
  }

  #requireTerm(position: number, word: string): void {
    const next = this.#peek();
    if (!next || next.type === 'close' || next.type === 'or' || next.type === 'and') throw missingTerm(position, word);
  }

  #term(depth: number, operator: string | undefined): QueryTree {
    const token = this.#tokens[this.#at]!;
    if (depth > QUERY_LIMITS.depth)
      throw queryTooComplex('QUERY_TOO_DEEP', `A query has at most ${QUERY_LIMITS.depth} nested levels.`);
    this.#at += 1;
    switch (token.type) {
      case 'not':
        this.#requireTerm(token.position, 'NOT');
        return { operator: 'NOT', conditions: [this.#term(depth + 1, operator)] };
      case 'open':
        return this.#group(token, depth, operator);
      case 'term':
        return this.#condition(token, operator);
      default:
        throw missingTerm(token.position, token.type.toUpperCase());
    }
  }

  #group(token: { operator?: string; position: number }, depth: number, outer: string | undefined): QueryTree {
    if (token.operator !== undefined && outer !== undefined) throw nested(token.position, outer);
    if (this.#peek()?.type === 'close')
      throw queryInvalid('PARENTHESIS_EMPTY', token.position, 'the parentheses are empty.');
    const tree = this.#all(depth + 1, token.operator ?? outer);
    if (!this.#peek())
      throw queryInvalid('PARENTHESIS_UNBALANCED', token.position, 'an opening parenthesis has no closing one.');
    this.#at += 1;
    return tree;
  }

  #condition(token: TermToken, outer: string | undefined): QueryTree {
    if (token.operator !== undefined && outer !== undefined) throw nested(token.position, outer);
    const name = token.operator ?? outer;
    const operator = name === undefined ? undefined : findOperator(name)!;
    const read = operator ? operator.read(token.value) : readField('text', token.value);
    if (read instanceof ValueError) throw queryInvalid(read.code, token.position, read.detail);
    if (operator?.isFreeText && token.operator !== undefined && !token.isQuoted) this.#warnOfUnquotedValue(token);
    return read;
  }

  /**
   * `in:Needs action` means the word `action` in the folder `Needs`; the user probably means the folder `Needs
   * action`.
   */
  #warnOfUnquotedValue(token: TermToken): void {
    const next = this.#peek();
    if (next?.type !== 'term' || next.operator !== undefined || next.isQuoted || /[@.]/.test(token.value)) return;
    this.#warnings.push({
      code: 'VALUE_UNQUOTED',
      position: next.position,
      detail:
        `Only “${token.value}” belongs to ${token.operator}:. ` +
        `If the value contains spaces, write ${token.operator}:"${token.value} ${next.value}".`,
    });
  }
}

const missingTerm = (position: number, word: string) =>
  queryInvalid('TERM_MISSING', position, `${word} needs a term on ${word === 'NOT' ? 'its right' : 'both sides'}.`);

const nested = (position: number, outer: string) =>
  queryInvalid('OPERATOR_NESTED', position, `${outer}:( ) cannot contain another operator.`);
