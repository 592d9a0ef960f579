import { conditionsOf, fieldEntry, type QueryTree } from '../query/query-tree.ts';
import { termForms } from './text-query.ts';

/** Returns the word forms of a query. Load their stems before you compile the query. */
export function queryForms(tree: QueryTree): Set<string> {
  const forms = new Set<string>();
  for (const { condition } of conditionsOf(tree)) {
    const entry = fieldEntry(condition);
    if (entry.field !== 'text' && entry.field !== 'subject' && entry.field !== 'body') continue;
    for (const form of termForms(entry.value)) forms.add(form);
  }
  return forms;
}
