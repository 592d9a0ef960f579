import { conditionsOf, fieldEntry, type QueryTree } from '../query/query-tree.ts';
import { soughtForms } from './text-query.ts';

/** The word forms of a query that the stemmers have to be asked for before it is compiled. */
export function queryForms(tree: QueryTree): Set<string> {
  const forms = new Set<string>();
  for (const { condition } of conditionsOf(tree)) {
    const entry = fieldEntry(condition);
    if (entry.field !== 'text' && entry.field !== 'subject' && entry.field !== 'body') continue;
    for (const form of soughtForms(entry.value)) forms.add(form);
  }
  return forms;
}
