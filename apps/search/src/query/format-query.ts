import { operatorAndValue } from './query-operators.ts';
import { isOperator, type QueryCondition, type QueryTree } from './query-tree.ts';

/** Writes a tree in the query language. `parseQuery` of the result returns the same tree. */
export function formatQuery(tree: QueryTree): string {
  if (!isOperator(tree)) return formatCondition(tree);
  if (tree.operator === 'NOT') return `-${nestedQuery(tree.conditions[0]!)}`;
  return tree.conditions.map(nestedQuery).join(tree.operator === 'OR' ? ' OR ' : ' ');
}

/** Adds parentheses also where precedence does not require them, so that readers need not know it. */
function nestedQuery(tree: QueryTree): string {
  return isOperator(tree) && tree.operator !== 'NOT' ? `(${formatQuery(tree)})` : formatQuery(tree);
}

function formatCondition(condition: QueryCondition): string {
  const { operator, value } = operatorAndValue(condition);
  return operator === undefined ? quoted(value) : `${operator}:${quoted(value)}`;
}

/** Words that need no quotes. Stricter than the parser, so that no text is read as an operator. */
const BARE = /^[\p{L}\p{N}@][\p{L}\p{M}\p{N}'’._@/+&%=*-]*$/u;

function quoted(value: string): string {
  const isBare = BARE.test(value) && !/^(?:OR|AND|NOT)$/.test(value);
  return isBare ? value : `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
