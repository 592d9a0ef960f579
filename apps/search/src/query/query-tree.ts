/**
 * The filter tree of a search. A query from a text, from a form or as JSON becomes this tree. The names follow JMAP
 * (RFC 8621, Email/query) where JMAP has an equivalent, so that a mail client can send its own filter.
 */

/** Kinds of searchable objects. Never remove a kind: a saved search may contain it. */
export const QUERY_KINDS = [
  'message',
  'contact',
  'event',
  'person',
  'team',
  'product',
  'site',
  'drive_folder',
  'document',
  'invoice',
] as const;
export type QueryKind = (typeof QUERY_KINDS)[number];

/** Roles of mail folders; `in:` accepts a role or the name of a folder. */
export const FOLDER_ROLES = ['inbox', 'sent', 'drafts', 'archive', 'trash', 'junk'] as const;
export type FolderRole = (typeof FOLDER_ROLES)[number];

/** The value of `in:` that means all folders, including trash and spam (the role `junk`). */
export const ANYWHERE = 'anywhere';

type Keyword = '$seen' | '$flagged';

/** The fields of conditions with the types of their values. */
interface QueryFields {
  /** Words or a phrase in any text: subject, body, people, attachment names; title and content of an object. */
  text: string;
  from: string;
  to: string;
  cc: string;
  bcc: string;
  subject: string;
  body: string;
  filename: string;
  /** Name, path or role of a folder, or `anywhere`. JMAP calls a folder a mailbox. */
  inMailbox: string;
  /** A part of the id of a mailing list. */
  list: string;
  messageId: string;
  header: [name: string] | [name: string, value: string];
  hasAttachment: true;
  /** Bytes, inclusive. */
  minSize: number;
  /** Bytes, exclusive. */
  maxSize: number;
  /** A local date or an instant, exclusive. */
  before: string;
  /** A local date or an instant, inclusive. */
  after: string;
  /** An age such as `7d`, `2w`, `6m`, `1y`, `12h`. */
  olderThan: string;
  /** An age, like `olderThan`. */
  newerThan: string;
  hasKeyword: Keyword;
  notKeyword: Keyword;
  kind: QueryKind;
}

export type QueryField = keyof QueryFields;

/** An object with exactly one field. */
export type QueryCondition = { [Field in QueryField]: { [Name in Field]: QueryFields[Field] } }[QueryField];

/** `NOT` has exactly one condition. `AND` without conditions is the empty query, which matches everything. */
export interface BooleanNode {
  operator: 'AND' | 'OR' | 'NOT';
  conditions: QueryTree[];
}

export type QueryTree = BooleanNode | QueryCondition;

/** The maximum number of characters of a query text, of terms and of nested levels. */
export const QUERY_LIMITS = { length: 2_000, terms: 100, depth: 20 } as const;

export const EVERYTHING: BooleanNode = { operator: 'AND', conditions: [] };

export const isBooleanNode = (tree: QueryTree): tree is BooleanNode => 'operator' in tree;

/** A condition as a pair of field and value, so that TypeScript narrows the value by the field. */
export type FieldEntry = { [Field in QueryField]: { field: Field; value: QueryFields[Field] } }[QueryField];

export function fieldEntry(condition: QueryCondition): FieldEntry {
  const [field, value] = Object.entries(condition)[0]!;
  return { field, value } as FieldEntry;
}

interface ConditionOccurrence {
  condition: QueryCondition;
  isNegated: boolean;
}

/** Returns the conditions of a tree from left to right. `isNegated` is true under an odd number of negations. */
export function* conditionsOf(tree: QueryTree, isNegated = false): Generator<ConditionOccurrence> {
  if (!isBooleanNode(tree)) {
    yield { condition: tree, isNegated };
    return;
  }
  for (const child of tree.conditions) yield* conditionsOf(child, tree.operator === 'NOT' ? !isNegated : isNegated);
}
