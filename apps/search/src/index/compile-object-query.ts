import { ANYWHERE, type FieldEntry, type QueryTree } from '../query/query-tree.ts';
import { ageSql, compileTree, containing, instantSql, type QueryTime } from './compile-tree.ts';
import { fold } from './fold.ts';
import type { Weight } from './lexeme.ts';
import { SqlParameters } from './sql-parameters.ts';
import { searchTermsOf, textQuery } from './text-query.ts';
import type { Stems } from './word-forms.ts';

/** The kinds of documents of billing. `kind:document` finds all of them. */
const documentKinds = ['pro_forma', 'invoice', 'credit_note'] as const;

/**
 * The current ACL tokens of the viewer (`document:read`, `product:prd_…`). An entry is visible if it has one of them.
 */
interface ObjectScope {
  organizationId: string;
  aclTokens: readonly string[];
}

export interface CompiledObjectQuery {
  where: string;
  parameters: SqlParameters;
}

/** Compiles a tree to a condition over `object_entry`. Fields of mail only (sender, size, folder) match no object. */
export function compileObjectQuery(
  tree: QueryTree,
  scope: ObjectScope,
  at: QueryTime,
  stems: Stems,
): CompiledObjectQuery {
  const parameters = new SqlParameters();
  // Not `&&`, which compares each token of the viewer with each token of the entry: a viewer of 10,000 products has
  // 20,000 tokens.
  const tokens = `${parameters.add(scope.aclTokens)}::text[]`;
  const isVisible = `exists (select from unnest(acl_tokens) as token where token = any(${tokens}))`;
  const scoped = `organization_id = ${parameters.add(scope.organizationId)}::uuid and ${isVisible}`;
  return {
    where: `${scoped} and ${compileTree(tree, (entry) => objectCondition(entry, parameters, at, stems))}`,
    parameters,
  };
}

function objectCondition(entry: FieldEntry, parameters: SqlParameters, at: QueryTime, stems: Stems): string {
  const words = (value: string, weight?: Weight) => {
    const query = textQuery(value, stems, weight);
    return query === undefined ? 'false' : `tsv @@ ${parameters.add(query)}::tsquery`;
  };
  const dated = (comparison: string) => `(occurred_at is not null and occurred_at ${comparison})`;
  switch (entry.field) {
    case 'text':
      return isPart(entry.value)
        ? `(${words(entry.value)} or match_text like ${parameters.add(containing(fold(entry.value)))})`
        : words(entry.value);
    case 'subject':
      return words(entry.value, 'A');
    case 'body':
      return words(entry.value, 'D');
    case 'kind':
      return entry.value === 'document'
        ? `kind in (${documentKinds.map((kind) => `'${kind}'`).join(', ')})`
        : `kind = ${parameters.add(entry.value)}`;
    case 'before':
      return dated(`< ${instantSql(entry.value, at, parameters)}`);
    case 'after':
      return dated(`>= ${instantSql(entry.value, at, parameters)}`);
    case 'olderThan':
      return dated(`< ${ageSql(entry.value, at, parameters)}`);
    case 'newerThan':
      return dated(`>= ${ageSql(entry.value, at, parameters)}`);
    case 'inMailbox':
      return String(entry.value === ANYWHERE);
    default:
      return 'false';
  }
}

/** True for a value without spaces that is long enough for the trigram index. */
const isPart = (value: string) => !searchTermsOf(value).isPrefix && !/\s/.test(value) && value.length >= 3;
