import { conditionsOf, fieldEntry, type QueryTree } from '../query/query-tree.ts';
import { searchTermsOf } from './text-query.ts';

/** Consecutive words that a snippet highlights together. */
export interface HighlightTerm {
  words: string[];
  /** True when the last word is a prefix. */
  isPrefix: boolean;
}

/** Returns the terms to highlight in a field. Terms that the query excludes are not highlighted. */
export function highlightTerms(tree: QueryTree, field: 'subject' | 'body'): HighlightTerm[] {
  const terms: HighlightTerm[] = [];
  for (const { condition, isNegated } of conditionsOf(tree)) {
    const entry = fieldEntry(condition);
    if (isNegated || (entry.field !== 'text' && entry.field !== field)) continue;
    const { words, isPrefix } = searchTermsOf(entry.value);
    if (words.length > 0) terms.push({ words: words.map((word) => word.folded), isPrefix });
  }
  return terms;
}
