import { ANYWHERE, FOLDER_ROLES, type FieldEntry, type QueryTree } from '../query/query-tree.ts';
import { ageSql, compileTree, likePattern, instantSql, type QueryTime } from './compile-tree.ts';
import { fold } from './fold.ts';
import { compileHiddenFolders } from './hidden-folders.ts';
import { WEIGHT, type Weight } from './lexeme.ts';
import { personPatterns } from './person-patterns.ts';
import { SqlParameters } from './sql-parameters.ts';
import { searchTermsOf, textQuery } from './text-query.ts';
import { visibleMessagesSql, type MessageScope } from './visible-to-viewer.ts';
import type { Stems } from './word-forms.ts';

export interface CompiledMessageQuery {
  /** Condition over `message`. */
  where: string;
  /** Condition for the matches in trash and spam that `where` excludes; undefined when `where` excludes no folder. */
  hiddenWhere?: string;
  /** Parameters of both conditions. The caller may add more, for example a cursor and a limit. */
  parameters: SqlParameters;
}

/** Compiles a tree to SQL conditions over `message`. `stems` must contain the stems of `queryForms(tree)`. */
export function compileMessageQuery(
  tree: QueryTree,
  scope: MessageScope,
  time: QueryTime,
  stems: Stems,
): CompiledMessageQuery {
  const parameters = new SqlParameters();
  const compiler = new MessageConditionCompiler(parameters, time, stems);
  const visibleSql = visibleMessagesSql(scope, parameters);
  const matchesSql = `${visibleSql} and ${compileTree(tree, (entry) => compiler.compileCondition(entry))}`;
  const hiddenFoldersSql = compileHiddenFolders(tree, (folder) => compiler.compileFolder(folder));
  if (hiddenFoldersSql === undefined) return { where: matchesSql, parameters };
  return {
    where: `${matchesSql} and not (${hiddenFoldersSql})`,
    hiddenWhere: `${matchesSql} and ${hiddenFoldersSql}`,
    parameters,
  };
}

class MessageConditionCompiler {
  readonly #parameters: SqlParameters;
  readonly #time: QueryTime;
  readonly #stems: Stems;

  constructor(parameters: SqlParameters, time: QueryTime, stems: Stems) {
    this.#parameters = parameters;
    this.#time = time;
    this.#stems = stems;
  }

  compileCondition(entry: FieldEntry): string {
    switch (entry.field) {
      case 'text':
        return this.#anyField(entry.value);
      case 'subject':
        return this.#words(entry.value, WEIGHT.title);
      case 'body':
        return this.#words(entry.value, WEIGHT.body);
      case 'from':
      case 'to':
      case 'cc':
      case 'bcc':
        return this.#people(entry.value, `${entry.field}_text`);
      case 'filename':
        return `(has_attachment and filenames_text like ${this.#add(likePattern(fold(entry.value)))})`;
      case 'list':
        return `(list_id <> '' and list_id like ${this.#add(likePattern(fold(entry.value)))})`;
      case 'inMailbox':
        return this.compileFolder(entry.value);
      case 'messageId':
        return `message_id = ${this.#add(entry.value)}`;
      case 'header':
        return this.#header(entry.value[0], entry.value[1]);
      case 'hasAttachment':
        return 'has_attachment';
      case 'minSize':
        return `size >= ${this.#add(entry.value)}::bigint`;
      case 'maxSize':
        return `size < ${this.#add(entry.value)}::bigint`;
      case 'before':
        return `received_at < ${instantSql(entry.value, this.#time, this.#parameters)}`;
      case 'after':
        return `received_at >= ${instantSql(entry.value, this.#time, this.#parameters)}`;
      case 'olderThan':
        return `received_at < ${ageSql(entry.value, this.#time.now, this.#parameters)}`;
      case 'newerThan':
        return `received_at >= ${ageSql(entry.value, this.#time.now, this.#parameters)}`;
      case 'hasKeyword':
        return entry.value === '$seen' ? 'not is_unread' : 'is_starred';
      case 'notKeyword':
        return entry.value === '$seen' ? 'is_unread' : 'not is_starred';
      case 'kind':
        // SQL `true` or `false`: every row is a message.
        return String(entry.value === 'message');
    }
  }

  /** Compiles a condition that finds a folder by role, name, path or the end of its path. */
  compileFolder(value: string): string {
    if (value === ANYWHERE) return 'true';
    const key = fold(value);
    // Without its last %, the pattern matches only the end of the path.
    const pathEnd = likePattern(`/${key}`).slice(0, -1);
    const nameSql = `folder_key = ${this.#add(key)} or folder_key like ${this.#add(pathEnd)}`;
    return FOLDER_ROLES.some((role) => role === value)
      ? `(folder_role = ${this.#add(value)} or ${nameSql})`
      : `(${nameSql})`;
  }

  /** Adds a parameter and returns its placeholder. */
  #add(value: unknown): string {
    return this.#parameters.add(value);
  }

  #words(value: string, weight?: Weight): string {
    const query = textQuery(value, this.#stems, weight);
    return query === undefined ? 'false' : `tsv @@ ${this.#add(query)}::tsquery`;
  }

  /**
   * Compiles a condition that finds words, or a part of a name or address (`prenom` in `nomprenom@…`). Without
   * `@`, a part must be one word of at least three characters, which the trigram index needs.
   */
  #anyField(value: string): string {
    const wordsSql = this.#words(value);
    const terms = searchTermsOf(value);
    const canBePartOfAddress =
      !terms.isPrefix && (value.includes('@') || (terms.words.length === 1 && terms.words[0]!.folded.length >= 3));
    return canBePartOfAddress ? `(${wordsSql} or ${this.#people(value, 'people_text')})` : wordsSql;
  }

  /** The condition on `people_text` uses the trigram index; the condition on `column` selects the field. */
  #people(value: string, column: string): string {
    const patterns = personPatterns(value).map((pattern) => this.#add(pattern));
    if (patterns.length === 0) return 'false';
    const conditions = patterns.map((pattern) =>
      column === 'people_text'
        ? `people_text like ${pattern}`
        : `(people_text like ${pattern} and ${column} like ${pattern})`,
    );
    return `(${conditions.join(' or ')})`;
  }

  /** Uses `jsonb_exists` instead of the operator `?`, which some drivers treat as a placeholder. */
  #header(name: string, value?: string): string {
    const nameSql = `${this.#add(name)}::text`;
    if (value === undefined) return `jsonb_exists(headers, ${nameSql})`;
    const pattern = this.#add(likePattern(fold(value)));
    const contentsSql = `jsonb_array_elements_text(headers -> ${nameSql}) as header(content)`;
    return `exists (select from ${contentsSql} where content like ${pattern})`;
  }
}
