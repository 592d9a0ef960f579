import { queryTooComplexError } from './query-errors.ts';
import { fieldEntry, isBooleanNode, QUERY_LIMITS, type QueryTree } from './query-tree.ts';

/** Throws when a query from text or JSON has too many levels or terms. Each word of a phrase counts as a term. */
export function assertNotTooComplex(tree: QueryTree, pointer?: string): void {
  if (treeDepth(tree) > QUERY_LIMITS.depth)
    throw queryTooComplexError('QUERY_TOO_DEEP', `A query has at most ${QUERY_LIMITS.depth} nested levels.`, pointer);
  if (countTerms(tree) > QUERY_LIMITS.terms)
    throw queryTooComplexError('QUERY_TOO_MANY_TERMS', `A query has at most ${QUERY_LIMITS.terms} terms.`, pointer);
}

function treeDepth(tree: QueryTree): number {
  return isBooleanNode(tree) ? 1 + Math.max(0, ...tree.conditions.map(treeDepth)) : 0;
}

function countTerms(tree: QueryTree): number {
  if (isBooleanNode(tree)) return tree.conditions.reduce((sum, child) => sum + countTerms(child), 0);
  const { value } = fieldEntry(tree);
  return typeof value === 'string' ? value.split(/\s+/).length : 1;
}
