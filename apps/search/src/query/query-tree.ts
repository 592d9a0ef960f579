/**
 * The filter tree every search runs on: what the text, the form and the JSON of a query have in common.
 * Names are JMAP's (RFC 8621, Email/query) where JMAP has an equal, so that a mail client can send the filter it already has.
 */

/** Kinds of things that can be found. Grows only: a saved search may name any of them. */
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

/** Roles a mail folder can have; `in:` takes them beside the folder's own name. */
export const FOLDER_ROLES = ['inbox', 'sent', 'drafts', 'archive', 'trash', 'junk'] as const;
export type FolderRole = (typeof FOLDER_ROLES)[number];

/** `in:anywhere`: every folder, trash and junk included. */
export const ANYWHERE = 'anywhere';

export type Keyword = '$seen' | '$flagged';

/** One condition's name and the type of its value. */
export interface QueryFields {
  /** Words or a phrase anywhere: subject, body, people, attachment names; title and content of an object. */
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

/** `NOT` has exactly one condition; `AND` of nothing is the empty query, which finds everything. */
export interface QueryOperator {
  operator: 'AND' | 'OR' | 'NOT';
  conditions: QueryTree[];
}

export type QueryTree = QueryOperator | QueryCondition;

export const QUERY_LIMITS = { length: 2_000, terms: 100, depth: 20 } as const;

export const EVERYTHING: QueryOperator = { operator: 'AND', conditions: [] };

export const isOperator = (tree: QueryTree): tree is QueryOperator => 'operator' in tree;

/** The one field of a condition and its value, as a pair that narrows together. */
export type FieldEntry = { [Field in QueryField]: { field: Field; value: QueryFields[Field] } }[QueryField];

export function fieldEntry(condition: QueryCondition): FieldEntry {
  const [field, value] = Object.entries(condition)[0]!;
  return { field, value } as FieldEntry;
}

export interface PlacedCondition {
  condition: QueryCondition;
  negated: boolean;
}

/** Every condition of a tree from left to right, and whether it stands under an odd number of negations. */
export function* conditionsOf(tree: QueryTree, negated = false): Generator<PlacedCondition> {
  if (!isOperator(tree)) {
    yield { condition: tree, negated };
    return;
  }
  for (const child of tree.conditions) yield* conditionsOf(child, tree.operator === 'NOT' ? !negated : negated);
}
