import {
  ANYWHERE,
  conditionsOf,
  fieldEntry,
  FOLDER_ROLES,
  type FieldEntry,
  type QueryTree,
} from '../query/query-tree.ts';
import { agoSql, compileTree, containing, instantSql, type QueryMoment } from './compile-tree.ts';
import { fold } from './fold.ts';
import type { Weight } from './lexeme.ts';
import { peoplePatterns } from './people-part.ts';
import { SqlParameters } from './sql-parameters.ts';
import { soughtWords, textQuery } from './text-query.ts';
import type { Stems } from './word-forms.ts';

/** What the asker may see; part of every statement, so that results, counts and snippets hold nothing else (SRCH-7). */
export interface MessageScope {
  organizationId: string;
  mailboxIds: readonly string[];
}

export interface CompiledMessageQuery {
  /** Condition over `message`. */
  where: string;
  /** The same for what `where` leaves out because it lies in trash or junk; absent when nothing is left out. */
  hiddenWhere?: string;
  /** For both conditions; places for further values (a cursor, a limit) are added behind. */
  parameters: SqlParameters;
}

/** Writes a tree as a condition over `message`. `stems` are those of `queryForms(tree)`. */
export function compileMessageQuery(
  tree: QueryTree,
  scope: MessageScope,
  at: QueryMoment,
  stems: Stems,
): CompiledMessageQuery {
  const parameters = new SqlParameters();
  const compiler = new MessageConditions(parameters, at, stems);
  const scoped = `organization_id = ${parameters.add(scope.organizationId)}::uuid and ${mailboxes(scope, parameters)}`;
  const found = `${scoped} and ${compileTree(tree, (entry) => compiler.condition(entry))}`;
  const asked = askedFolders(tree);
  if (asked.includes(ANYWHERE)) return { where: found, parameters };
  const unasked = ["folder_role in ('trash', 'junk')", ...asked.map((folder) => `not ${compiler.folder(folder)}`)].join(
    ' and ',
  );
  return { where: `${found} and not (${unasked})`, hiddenWhere: `${found} and ${unasked}`, parameters };
}

/** One mailbox is compared as one, so that its own index by date can answer. */
function mailboxes({ mailboxIds }: MessageScope, parameters: SqlParameters): string {
  if (mailboxIds.length === 1) return `mailbox_id = ${parameters.add(mailboxIds[0])}::uuid`;
  return `mailbox_id = any(${parameters.add(mailboxIds)}::uuid[])`;
}

/** Folders that the query names, and not to leave them out: what lies there was asked for, trash and junk included (SRCH-1). */
function askedFolders(tree: QueryTree): string[] {
  const folders = new Set<string>();
  for (const { condition, negated } of conditionsOf(tree)) {
    const entry = fieldEntry(condition);
    if (entry.field === 'inMailbox' && !negated) folders.add(entry.value);
  }
  return [...folders];
}

class MessageConditions {
  readonly #parameters: SqlParameters;
  readonly #at: QueryMoment;
  readonly #stems: Stems;

  constructor(parameters: SqlParameters, at: QueryMoment, stems: Stems) {
    this.#parameters = parameters;
    this.#at = at;
    this.#stems = stems;
  }

  condition(entry: FieldEntry): string {
    switch (entry.field) {
      case 'text':
        return this.#anywhere(entry.value);
      case 'subject':
        return this.#words(entry.value, 'A');
      case 'body':
        return this.#words(entry.value, 'D');
      case 'from':
      case 'to':
      case 'cc':
      case 'bcc':
        return this.#people(entry.value, `${entry.field}_text`);
      case 'filename':
        return `(has_attachment and filenames_text like ${this.#add(containing(fold(entry.value)))})`;
      case 'list':
        return `(list_id <> '' and list_id like ${this.#add(containing(fold(entry.value)))})`;
      case 'inMailbox':
        return this.folder(entry.value);
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
        return `received_at < ${instantSql(entry.value, this.#at, this.#parameters)}`;
      case 'after':
        return `received_at >= ${instantSql(entry.value, this.#at, this.#parameters)}`;
      case 'olderThan':
        return `received_at < ${agoSql(entry.value, this.#at, this.#parameters)}`;
      case 'newerThan':
        return `received_at >= ${agoSql(entry.value, this.#at, this.#parameters)}`;
      case 'hasKeyword':
        return entry.value === '$seen' ? 'not is_unread' : 'is_starred';
      case 'notKeyword':
        return entry.value === '$seen' ? 'is_unread' : 'not is_starred';
      case 'kind':
        return String(entry.value === 'message');
    }
  }

  /** A folder by role, name, path or end of its path. */
  folder(value: string): string {
    if (value === ANYWHERE) return 'true';
    const key = fold(value);
    const name = `folder_key = ${this.#add(key)} or folder_key like ${this.#add(containing(`/${key}`).slice(0, -1))}`;
    return FOLDER_ROLES.some((role) => role === value) ? `(folder_role = ${this.#add(value)} or ${name})` : `(${name})`;
  }

  #add(value: unknown): string {
    return this.#parameters.add(value);
  }

  #words(value: string, weight?: Weight): string {
    const query = textQuery(value, this.#stems, weight);
    return query === undefined ? 'false' : `tsv @@ ${this.#add(query)}::tsquery`;
  }

  /** Words, or a part of a correspondent's name or address, which words alone would not find (`prenom` in `nomprenom@…`). */
  #anywhere(value: string): string {
    const words = this.#words(value);
    const sought = soughtWords(value);
    const isPart =
      !sought.isPrefix && (value.includes('@') || (sought.words.length === 1 && sought.words[0]!.folded.length >= 3));
    return isPart ? `(${words} or ${this.#people(value, 'people_text')})` : words;
  }

  /** The trigram index stands on all people together; the column of the field is then looked at in what it found. */
  #people(value: string, column: string): string {
    const patterns = peoplePatterns(value).map((pattern) => this.#add(pattern));
    if (patterns.length === 0) return 'false';
    return `(${patterns.map((pattern) => (column === 'people_text' ? `people_text like ${pattern}` : `(people_text like ${pattern} and ${column} like ${pattern})`)).join(' or ')})`;
  }

  /** `jsonb_exists` is the operator `?` by name, which other drivers take for a place of a value. */
  #header(name: string, value?: string): string {
    const key = `${this.#add(name)}::text`;
    if (value === undefined) return `jsonb_exists(headers, ${key})`;
    return `exists (select from jsonb_array_elements_text(headers -> ${key}) as header(content) where content like ${this.#add(containing(fold(value)))})`;
  }
}
