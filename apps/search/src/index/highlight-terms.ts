import { conditionsOf, fieldEntry, type QueryTree } from '../query/query-tree.ts';
import { soughtWords } from './text-query.ts';

/** One value of a query as a snippet marks it: words in a row. */
export interface HighlightTerm {
  words: string[];
  isPrefix: boolean;
}

/** What is to be marked in a text: everything the query asks for there, and nothing it excludes. */
export function highlightTerms(tree: QueryTree, field: 'subject' | 'body'): HighlightTerm[] {
  const terms: HighlightTerm[] = [];
  for (const { condition, negated } of conditionsOf(tree)) {
    const entry = fieldEntry(condition);
    if (negated || (entry.field !== 'text' && entry.field !== field)) continue;
    const { words, isPrefix } = soughtWords(entry.value);
    if (words.length > 0) terms.push({ words: words.map((word) => word.folded), isPrefix });
  }
  return terms;
}
