import { isOperator, type QueryOperator, type QueryTree } from './query-tree.ts';

/**
 * Normalizes equivalent trees to one shape: no AND inside AND, no OR inside OR, no AND or OR of a single condition, no
 * double negation. Text, form and JSON are all normalized here, so that they convert into each other without loss.
 */
export function canonicalTree(tree: QueryTree): QueryTree {
  if (!isOperator(tree)) return tree;
  const children = tree.conditions.map(canonicalTree);
  if (tree.operator === 'NOT') return negation(children);
  return joined(tree.operator, children);
}

/** NOT of JMAP means "none of these", so several conditions become the negation of their OR. */
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
