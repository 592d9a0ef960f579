import { ANYWHERE, type FieldEntry, type QueryTree } from '../query/query-tree.ts';
import { ageSql, compileTree, likePattern, instantSql, type QueryTime } from './compile-tree.ts';
import { fold } from './fold.ts';
import { WEIGHT, type Weight } from './lexeme.ts';
import { SqlParameters } from './sql-parameters.ts';
import { searchTermsOf, textQuery } from './text-query.ts';
import { visibleObjectsSql, type ObjectScope } from './visible-to-viewer.ts';
import type { Stems } from './word-forms.ts';

/** The kinds of billing documents. `kind:document` finds documents of every kind. */
const documentKinds = ['pro_forma', 'invoice', 'credit_note'] as const;

export interface CompiledObjectQuery {
  where: string;
  parameters: SqlParameters;
}

/** Compiles a tree to a condition over `object_entry`. A field that only mail has (sender, size) matches no object. */
export function compileObjectQuery(
  tree: QueryTree,
  scope: ObjectScope,
  time: QueryTime,
  stems: Stems,
): CompiledObjectQuery {
  const parameters = new SqlParameters();
  const visibleSql = visibleObjectsSql(scope, parameters);
  return {
    where: `${visibleSql} and ${compileTree(tree, (entry) => objectCondition(entry, parameters, time, stems))}`,
    parameters,
  };
}

function objectCondition(entry: FieldEntry, parameters: SqlParameters, time: QueryTime, stems: Stems): string {
  const wordCondition = (value: string, weight?: Weight) => {
    const query = textQuery(value, stems, weight);
    return query === undefined ? 'false' : `tsv @@ ${parameters.add(query)}::tsquery`;
  };
  // Never NULL: see `compileTree`.
  const dateCondition = (comparison: string) => `(occurred_at is not null and occurred_at ${comparison})`;
  switch (entry.field) {
    case 'text':
      return canBePartOfWord(entry.value)
        ? `(${wordCondition(entry.value)} or match_text like ${parameters.add(likePattern(fold(entry.value)))})`
        : wordCondition(entry.value);
    case 'subject':
      return wordCondition(entry.value, WEIGHT.title);
    case 'body':
      return wordCondition(entry.value, WEIGHT.body);
    case 'kind':
      return entry.value === 'document'
        ? `kind in (${documentKinds.map((kind) => `'${kind}'`).join(', ')})`
        : `kind = ${parameters.add(entry.value)}`;
    case 'before':
      return dateCondition(`< ${instantSql(entry.value, time, parameters)}`);
    case 'after':
      return dateCondition(`>= ${instantSql(entry.value, time, parameters)}`);
    case 'olderThan':
      return dateCondition(`< ${ageSql(entry.value, time.now, parameters)}`);
    case 'newerThan':
      return dateCondition(`>= ${ageSql(entry.value, time.now, parameters)}`);
    case 'inMailbox':
      // Objects are in no folder, so only `in:anywhere` includes them.
      return String(entry.value === ANYWHERE);
    default:
      return 'false';
  }
}

/** True for a value without spaces that is long enough for the trigram index. */
const canBePartOfWord = (value: string) => !searchTermsOf(value).isPrefix && !/\s/.test(value) && value.length >= 3;
