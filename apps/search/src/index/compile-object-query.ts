import { ANYWHERE, type FieldEntry, type QueryTree } from '../query/query-tree.ts';
import { agoSql, compileTree, containing, instantSql, type QueryMoment } from './compile-tree.ts';
import { fold } from './fold.ts';
import type { Weight } from './lexeme.ts';
import { SqlParameters } from './sql-parameters.ts';
import { soughtWords, textQuery } from './text-query.ts';
import type { Stems } from './word-forms.ts';

/** What billing issues is kept by its kind, and `kind:document` means all of it. */
export const documentKinds = ['pro_forma', 'invoice', 'credit_note'] as const;

/** Audiences the asker belongs to at this moment (`document:read`, `product:prd_…`); an entry is seen by who shares one with it. */
export interface ObjectScope {
  organizationId: string;
  audiences: readonly string[];
}

export interface CompiledObjectQuery {
  where: string;
  parameters: SqlParameters;
}

/** Writes a tree as a condition over `object_entry`. What only mail has (a sender, a size, a folder) is true of no object. */
export function compileObjectQuery(
  tree: QueryTree,
  scope: ObjectScope,
  at: QueryMoment,
  stems: Stems,
): CompiledObjectQuery {
  const parameters = new SqlParameters();
  // Not `&&`, which compares every audience of the asker with every one of the entry: who manages ten thousand products is in twenty thousand.
  const seen = `exists (select from unnest(audiences) as audience where audience = any(${parameters.add(scope.audiences)}::text[]))`;
  const scoped = `organization_id = ${parameters.add(scope.organizationId)}::uuid and ${seen}`;
  return {
    where: `${scoped} and ${compileTree(tree, (entry) => objectCondition(entry, parameters, at, stems))}`,
    parameters,
  };
}

function objectCondition(entry: FieldEntry, parameters: SqlParameters, at: QueryMoment, stems: Stems): string {
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
      return dated(`< ${agoSql(entry.value, at, parameters)}`);
    case 'newerThan':
      return dated(`>= ${agoSql(entry.value, at, parameters)}`);
    case 'inMailbox':
      return String(entry.value === ANYWHERE);
    default:
      return 'false';
  }
}

/** Parts of names, addresses, numbers: anything written in one piece and long enough for trigrams. */
const isPart = (value: string) => !soughtWords(value).isPrefix && !/\s/.test(value) && value.length >= 3;
