import { writtenCondition } from './query-operators.ts';
import { isOperator, type QueryCondition, type QueryTree } from './query-tree.ts';

/** Writes a tree in the query language; `parseQuery` of the result is the tree again. */
export function formatQuery(tree: QueryTree): string {
  if (!isOperator(tree)) return formatCondition(tree);
  if (tree.operator === 'NOT') return `-${nestedQuery(tree.conditions[0]!)}`;
  return tree.conditions.map(nestedQuery).join(tree.operator === 'OR' ? ' OR ' : ' ');
}

/** Parentheses also where precedence would not ask for them: a reader should not have to know it. */
function nestedQuery(tree: QueryTree): string {
  return isOperator(tree) && tree.operator !== 'NOT' ? `(${formatQuery(tree)})` : formatQuery(tree);
}

function formatCondition(condition: QueryCondition): string {
  const { operator, value } = writtenCondition(condition);
  return operator === undefined ? quoted(value) : `${operator}:${quoted(value)}`;
}

/** What a word may consist of without quotes; less than the parser takes, so that nothing is taken for an operator. */
const BARE = /^[\p{L}\p{N}@][\p{L}\p{M}\p{N}'’._@/+&%=*-]*$/u;

function quoted(value: string): string {
  const isBare = BARE.test(value) && !/^(?:OR|AND|NOT)$/.test(value);
  return isBare ? value : `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
