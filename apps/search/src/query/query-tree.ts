/**
 * The filter tree of a search; the common form of a query as text, form and JSON.
 * Names follow JMAP (RFC 8621, Email/query) where it has an equivalent, so that a mail client can send its filter.
 */

/** Kinds of searchable objects. Never remove one: a saved search may contain it. */
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

/** The value of `in:` for all folders including trash and junk. */
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
  /** Name, path or role of a folder, or `anywhere`. */
  inMailbox: string;
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
  newerThan: string;
  hasKeyword: Keyword;
  notKeyword: Keyword;
  kind: QueryKind;
}

export type QueryField = keyof QueryFields;

/** An object with exactly one field. */
export type QueryCondition = { [Field in QueryField]: { [Name in Field]: QueryFields[Field] } }[QueryField];

/** `NOT` has exactly one condition. `AND` without conditions is the empty query, which matches everything. */
export interface QueryOperator {
  operator: 'AND' | 'OR' | 'NOT';
  conditions: QueryTree[];
}

export type QueryTree = QueryOperator | QueryCondition;

export const QUERY_LIMITS = { length: 2_000, terms: 100, depth: 20 } as const;

export const EVERYTHING: QueryOperator = { operator: 'AND', conditions: [] };

export const isOperator = (tree: QueryTree): tree is QueryOperator => 'operator' in tree;

/** A condition as a pair of field and value, so that TypeScript narrows the value by the field. */
export type FieldEntry = { [Field in QueryField]: { field: Field; value: QueryFields[Field] } }[QueryField];

export function fieldEntry(condition: QueryCondition): FieldEntry {
  const [field, value] = Object.entries(condition)[0]!;
  return { field, value } as FieldEntry;
}

interface ConditionOccurrence {
  condition: QueryCondition;
  negated: boolean;
}

/** The conditions of a tree from left to right. `negated`: under an odd number of negations. */
export function* conditionsOf(tree: QueryTree, negated = false): Generator<ConditionOccurrence> {
  if (!isOperator(tree)) {
    yield { condition: tree, negated };
    return;
  }
  for (const child of tree.conditions) yield* conditionsOf(child, tree.operator === 'NOT' ? !negated : negated);
}
