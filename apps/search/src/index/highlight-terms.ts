import { conditionsOf, fieldEntry, type QueryTree } from '../query/query-tree.ts';
import { searchTermsOf } from './text-query.ts';

/** Consecutive words that a snippet highlights. */
export interface HighlightTerm {
  words: string[];
  isPrefix: boolean;
}

/** The terms to highlight in a field: all terms that the query requires there, not those that it excludes. */
export function highlightTerms(tree: QueryTree, field: 'subject' | 'body'): HighlightTerm[] {
  const terms: HighlightTerm[] = [];
  for (const { condition, negated } of conditionsOf(tree)) {
    const entry = fieldEntry(condition);
    if (negated || (entry.field !== 'text' && entry.field !== field)) continue;
    const { words, isPrefix } = searchTermsOf(entry.value);
    if (words.length > 0) terms.push({ words: words.map((word) => word.folded), isPrefix });
  }
  return terms;
}
