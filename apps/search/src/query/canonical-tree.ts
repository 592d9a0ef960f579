import { isOperator, type QueryOperator, type QueryTree } from './query-tree.ts';

/**
 * One shape for trees that mean the same: no AND in an AND, no OR in an OR, no AND or OR of one, no double negation.
 * Text, form and JSON stay lossless against each other because all of them pass through here.
 */
export function canonicalTree(tree: QueryTree): QueryTree {
  if (!isOperator(tree)) return tree;
  const children = tree.conditions.map(canonicalTree);
  if (tree.operator === 'NOT') return negation(children);
  return joined(tree.operator, children);
}

/** JMAP's NOT is "none of these", so more than one condition is the negation of their OR. */
function negation(children: QueryTree[]): QueryTree {
  const inner = joined('OR', children);
  if (isOperator(inner) && inner.operator === 'NOT') return inner.conditions[0]!;
  return { operator: 'NOT', conditions: [inner] };
}

function joined(operator: 'AND' | 'OR', children: QueryTree[]): QueryTree {
  const conditions = children.flatMap((child) => (isNested(child, operator) ? child.conditions : [child]));
  return conditions.length === 1 ? conditions[0]! : { operator, conditions };
}

const isNested = (child: QueryTree, operator: 'AND' | 'OR'): child is QueryOperator =>
  isOperator(child) && child.operator === operator;
