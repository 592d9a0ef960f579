import { operatorAndValue } from './query-operators.ts';
import { isBooleanNode, type QueryCondition, type QueryTree } from './query-tree.ts';

/** Writes a tree in the query language. `parseQuery` turns the result into the same tree again. */
export function formatQuery(tree: QueryTree): string {
  if (!isBooleanNode(tree)) return formatCondition(tree);
  if (tree.operator === 'NOT') return `-${nestedQuery(tree.conditions[0]!)}`;
  return tree.conditions.map(nestedQuery).join(tree.operator === 'OR' ? ' OR ' : ' ');
}

/** Puts every AND and OR in parentheses, so that readers need not know the precedence. */
function nestedQuery(tree: QueryTree): string {
  return isBooleanNode(tree) && tree.operator !== 'NOT' ? `(${formatQuery(tree)})` : formatQuery(tree);
}

function formatCondition(condition: QueryCondition): string {
  const { operator, value } = operatorAndValue(condition);
  return operator === undefined ? quoteIfNeeded(value) : `${operator}:${quoteIfNeeded(value)}`;
}

/** Words that need no quotes. The pattern is stricter than the parser, so that no text is read as an operator. */
const UNQUOTED_WORD = /^[\p{L}\p{N}@][\p{L}\p{M}\p{N}'’._@/+&%=*-]*$/u;

function quoteIfNeeded(value: string): string {
  const needsNoQuotes = UNQUOTED_WORD.test(value) && !/^(?:OR|AND|NOT)$/.test(value);
  return needsNoQuotes ? value : `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
