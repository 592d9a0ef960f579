import type { EntityManager } from '@mikro-orm/postgresql';
import type { CompiledObjectQuery } from '../index/compile-object-query.ts';
import { highlightTerms } from '../index/highlight-terms.ts';
import { executeBound } from '@cordee/service/database/orm';
import { highlightText, snippet } from '../index/snippet.ts';
import { hitKindOf, objectIdOf, type ObjectKind } from '../objects/object-kinds.ts';
import type { QueryTree } from '../query/query-tree.ts';
import type { ResultKey } from './search-cursor.ts';
import { instantTextSql, SELECTED_BODY_LENGTH, type Result } from './select-messages.ts';

interface ObjectRow {
  id: string;
  kind: ObjectKind;
  title: string;
  body: string;
  at: string | null;
}

export async function selectObjects(
  em: EntityManager,
  tree: QueryTree,
  { where, parameters }: CompiledObjectQuery,
  after: ResultKey | undefined,
  limit: number,
): Promise<Result[]> {
  const afterCondition = after ? `and ${afterSql(after, (value) => parameters.add(value))}` : '';
  const rows = await executeBound<ObjectRow>(
    em,
    `select id, kind, title, left(body, ${SELECTED_BODY_LENGTH}) as body, ${instantTextSql('occurred_at')} as at
     from object_entry where ${where} ${afterCondition}
     order by occurred_at desc nulls first, id desc limit ${parameters.add(limit)}`,
    parameters.values,
  );
  const [titleTerms, bodyTerms] = [highlightTerms(tree, 'subject'), highlightTerms(tree, 'body')];
  return rows.map(({ id, kind, title, body, at }) => ({
    at,
    id,
    hit: {
      kind: hitKindOf(kind),
      id: objectIdOf(kind, id),
      title,
      markedTitle: highlightText(title, titleTerms),
      snippet: snippet(body, bodyTerms),
      at,
      mailbox: null,
    },
  }));
}

/** Returns the SQL condition that selects the entries after a result. `add` adds a parameter. */
function afterSql({ at, id }: ResultKey, add: (value: unknown) => string): string {
  // Entries without a date come first, so all entries with a date follow.
  if (at === null) return `(occurred_at is not null or id < ${add(id)}::uuid)`;
  return `(occurred_at, id) < (${add(at)}::timestamptz, ${add(id)}::uuid)`;
}
