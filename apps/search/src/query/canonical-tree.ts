import { isBooleanNode, type BooleanNode, type QueryTree } from './query-tree.ts';

/**
 * Gives equivalent trees the same shape: no AND inside AND, no OR inside OR, no AND or OR with a single condition, no
 * double negation. Queries from a text, from a form and as JSON are all normalized here, so that each can be converted
 * into the others without loss.
 */
export function canonicalTree(tree: QueryTree): QueryTree {
  if (!isBooleanNode(tree)) return tree;
  const children = tree.conditions.map(canonicalTree);
  if (tree.operator === 'NOT') return negate(children);
  return joinConditions(tree.operator, children);
}

/** In JMAP, NOT means that no condition is true. Several conditions therefore become the negation of their OR. */
function negate(children: QueryTree[]): QueryTree {
  const inner = joinConditions('OR', children);
  if (isBooleanNode(inner) && inner.operator === 'NOT') return inner.conditions[0]!;
  return { operator: 'NOT', conditions: [inner] };
}

function joinConditions(operator: 'AND' | 'OR', children: QueryTree[]): QueryTree {
  const conditions = children.flatMap((child) => (isNested(child, operator) ? child.conditions : [child]));
  return conditions.length === 1 ? conditions[0]! : { operator, conditions };
}

const isNested = (child: QueryTree, operator: 'AND' | 'OR'): child is BooleanNode =>
  isBooleanNode(child) && child.operator === operator;
