import {
  ANYWHERE,
  fieldEntry,
  FOLDER_ROLES,
  isBooleanNode,
  type QueryCondition,
  type QueryTree,
} from './query-tree.ts';
import { ageInWords, formatSize, isInstant } from './query-values.ts';

/** Describes a query in one line of English. Every group has parentheses, so that the precedence is visible. */
export function explainQuery(tree: QueryTree): string {
  if (isBooleanNode(tree) && tree.conditions.length === 0) return 'everything';
  return explain(tree);
}

function explain(tree: QueryTree): string {
  if (!isBooleanNode(tree)) return explainCondition(tree);
  if (tree.operator === 'NOT') return `not ${explainGroup(tree.conditions[0]!)}`;
  return tree.conditions.map(explainGroup).join(tree.operator === 'AND' ? ' and ' : ' or ');
}

function explainGroup(tree: QueryTree): string {
  return isBooleanNode(tree) && tree.operator !== 'NOT' ? `(${explain(tree)})` : explain(tree);
}

function explainCondition(condition: QueryCondition): string {
  const entry = fieldEntry(condition);
  switch (entry.field) {
    case 'text':
      return explainWords(entry.value);
    case 'subject':
    case 'body':
      return `${entry.field} has ${explainWords(entry.value)}`;
    case 'from':
    case 'to':
    case 'cc':
    case 'bcc':
      return `${entry.field} contains “${entry.value}”`;
    case 'filename':
      return `an attachment's name contains “${entry.value}”`;
    case 'list':
      return `sent through the mailing list “${entry.value}”`;
    case 'inMailbox':
      return explainFolder(entry.value);
    case 'messageId':
      return `Message-ID is <${entry.value}>`;
    case 'header':
      return entry.value.length === 1
        ? `has the header ${entry.value[0]}`
        : `header ${entry.value[0]} contains “${entry.value[1]}”`;
    case 'hasAttachment':
      return 'has an attachment';
    case 'minSize':
      return `${formatSize(entry.value)} bytes or larger`;
    case 'maxSize':
      return `smaller than ${formatSize(entry.value)} bytes`;
    case 'before':
      return `before ${explainMoment(entry.value)}`;
    case 'after':
      return `on or after ${explainMoment(entry.value)}`;
    case 'olderThan':
      return `older than ${ageInWords(entry.value)}`;
    case 'newerThan':
      return `not older than ${ageInWords(entry.value)}`;
    case 'hasKeyword':
      return entry.value === '$seen' ? 'read' : 'starred';
    case 'notKeyword':
      return entry.value === '$seen' ? 'unread' : 'not starred';
    case 'kind':
      // `is an invoice` and `is an event` instead of `is a invoice` and `is a event`.
      return `is a ${entry.value.replaceAll('_', ' ')}`.replace(' a i', ' an i').replace(' a e', ' an e');
  }
}

function explainWords(value: string): string {
  const isPrefix = value.endsWith('*');
  const text = isPrefix ? value.slice(0, -1) : value;
  const isPhrase = /\s/.test(text);
  if (isPrefix) return `words ${isPhrase ? 'in a row ' : ''}beginning with “${text}”`;
  return isPhrase ? `the phrase “${text}”` : `“${text}”`;
}

function explainFolder(folder: string): string {
  if (folder === ANYWHERE) return 'in any folder, trash and junk included';
  return FOLDER_ROLES.some((role) => role === folder) ? `in ${folder}` : `in the folder “${folder}”`;
}

/** Writes `2026-03-31T22:00:00.000Z` as `2026-03-31 22:00:00 UTC`. A local date does not change. */
const explainMoment = (value: string) =>
  isInstant(value) ? value.replace('T', ' ').replace(/\.000Z|Z/, ' UTC') : value;
