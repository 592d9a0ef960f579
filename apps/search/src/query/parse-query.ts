import { canonicalTree } from './canonical-tree.ts';
import { assertNotTooComplex } from './query-complexity.ts';
import { queryInvalidError, queryTooComplexError } from './query-errors.ts';
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
 * An invalid query throws an error that contains the position.
 */
export function parseQuery(source: string): ParsedQuery {
  if (source.length > QUERY_LIMITS.length)
    throw queryTooComplexError('QUERY_TOO_LONG', `A query has at most ${QUERY_LIMITS.length} characters.`);
  const { tokens, warnings } = queryTokens(source);
  if (tokens.length === 0) {
    if (source.trim() !== '') throw queryInvalidError('NOTHING_TO_SEARCH', 0, 'the query contains no letter or digit.');
    return { tree: EVERYTHING, warnings };
  }
  const tree = canonicalTree(new QueryParser(tokens, warnings).parse());
  assertNotTooComplex(tree);
  return { tree, warnings: warnings.toSorted((left, right) => left.position - right.position) };
}

class QueryParser {
  readonly #tokens: QueryToken[];
  readonly #warnings: QueryWarning[];
  #index = 0;

  constructor(tokens: QueryToken[], warnings: QueryWarning[]) {
    this.#tokens = tokens;
    this.#warnings = warnings;
  }

  parse(): QueryTree {
    const tree = this.#parseAll(0, undefined);
    const extraToken = this.#peek();
    if (extraToken)
      throw queryInvalidError(
        'PARENTHESIS_UNBALANCED',
        extraToken.position,
        'this closing parenthesis has no opening parenthesis.',
      );
    return tree;
  }

  #peek(): QueryToken | undefined {
    return this.#tokens[this.#index];
  }

  /** `outerOperator` is the operator before the enclosing parentheses, such as `from` in `from:(jean OR marie)`. */
  #parseAll(depth: number, outerOperator: string | undefined): QueryTree {
    const conditions: QueryTree[] = [];
    let orPosition: number | undefined;
    for (let token = this.#peek(); token && token.type !== 'close'; token = this.#peek()) {
      if (token.type === 'and') {
        if (conditions.length === 0) throw missingTermError(token.position, 'AND');
        this.#index += 1;
        this.#requireTerm(token.position, 'AND');
      }
      const parsed = this.#parseAny(depth, outerOperator);
      orPosition ??= parsed.orPosition;
      conditions.push(parsed.tree);
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

  #parseAny(depth: number, outerOperator: string | undefined): { tree: QueryTree; orPosition?: number } {
    const conditions = [this.#parseTerm(depth, outerOperator)];
    let orPosition: number | undefined;
    for (let token = this.#peek(); token?.type === 'or'; token = this.#peek()) {
      orPosition ??= token.position;
      this.#index += 1;
      this.#requireTerm(token.position, 'OR');
      conditions.push(this.#parseTerm(depth, outerOperator));
    }
    return orPosition === undefined ? { tree: conditions[0]! } : { tree: { operator: 'OR', conditions }, orPosition };
  }

  #requireTerm(position: number, word: string): void {
    const next = this.#peek();
    if (!next || next.type === 'close' || next.type === 'or' || next.type === 'and')
      throw missingTermError(position, word);
  }

  #parseTerm(depth: number, outerOperator: string | undefined): QueryTree {
    const token = this.#tokens[this.#index]!;
    // Limits the recursion of the parser. `assertNotTooComplex` checks the parsed tree.
    if (depth > QUERY_LIMITS.depth)
      throw queryTooComplexError('QUERY_TOO_DEEP', `A query has at most ${QUERY_LIMITS.depth} nested levels.`);
    this.#index += 1;
    switch (token.type) {
      case 'not':
        this.#requireTerm(token.position, 'NOT');
        return { operator: 'NOT', conditions: [this.#parseTerm(depth + 1, outerOperator)] };
      case 'open':
        return this.#parseGroup(token, depth, outerOperator);
      case 'term':
        return this.#parseCondition(token, outerOperator);
      default:
        throw missingTermError(token.position, token.type.toUpperCase());
    }
  }

  #parseGroup(
    token: { operator?: string; position: number },
    depth: number,
    outerOperator: string | undefined,
  ): QueryTree {
    if (token.operator !== undefined && outerOperator !== undefined)
      throw nestedOperatorError(token.position, outerOperator);
    if (this.#peek()?.type === 'close')
      throw queryInvalidError('PARENTHESIS_EMPTY', token.position, 'the parentheses are empty.');
    const tree = this.#parseAll(depth + 1, token.operator ?? outerOperator);
    if (!this.#peek())
      throw queryInvalidError(
        'PARENTHESIS_UNBALANCED',
        token.position,
        'this opening parenthesis has no closing parenthesis.',
      );
    this.#index += 1;
    return tree;
  }

  #parseCondition(token: TermToken, outerOperator: string | undefined): QueryTree {
    if (token.operator !== undefined && outerOperator !== undefined)
      throw nestedOperatorError(token.position, outerOperator);
    const operatorName = token.operator ?? outerOperator;
    // Tokens have only existing operators, so `findOperator` finds each of them.
    const operator = operatorName === undefined ? undefined : findOperator(operatorName)!;
    const condition = operator ? operator.read(token.value) : readField('text', token.value);
    if (condition instanceof ValueError) throw queryInvalidError(condition.code, token.position, condition.detail);
    if (operator?.isFreeText && token.operator !== undefined && !token.isQuoted) this.#warnOfUnquotedValue(token);
    return condition;
  }

  /**
   * Warns of `in:Needs action`: this query finds the word `action` in the folder `Needs`, but the user probably means
   * the folder `Needs action`. A value with `@` or a dot is a complete address or file name and needs no quotes.
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

const missingTermError = (position: number, word: string) =>
  queryInvalidError(
    'TERM_MISSING',
    position,
    `${word} needs a term on ${word === 'NOT' ? 'the right side' : 'both sides'}.`,
  );

const nestedOperatorError = (position: number, outerOperator: string) =>
  queryInvalidError('OPERATOR_NESTED', position, `${outerOperator}:( ) cannot contain another operator.`);
