import { readField, ValueError } from './query-fields.ts';
import { fieldEntry, type QueryCondition, type QueryField } from './query-tree.ts';
import { formatSize, readSize } from './query-values.ts';

interface TextOperator {
  /** True when the value is any text and may contain spaces. */
  isFreeText: boolean;
  read: (value: string) => QueryCondition | ValueError;
}

/** The values of `is:`. */
const IS_VALUES: Record<string, QueryCondition> = {
  unread: { notKeyword: '$seen' },
  read: { hasKeyword: '$seen' },
  starred: { hasKeyword: '$flagged' },
  flagged: { hasKeyword: '$flagged' },
  unstarred: { notKeyword: '$flagged' },
};

const fieldOperator = (field: QueryField): TextOperator => ({
  isFreeText: false,
  read: (value) => readField(field, value),
});

const freeTextOperator = (field: QueryField): TextOperator => ({ ...fieldOperator(field), isFreeText: true });

const choiceOperator = (choices: Record<string, QueryCondition>, examples: string): TextOperator => ({
  isFreeText: false,
  read: (value) => {
    const lowerCaseValue = value.toLowerCase();
    return Object.hasOwn(choices, lowerCaseValue)
      ? choices[lowerCaseValue]!
      : new ValueError('VALUE_UNKNOWN', `“${value}” is not a possible value; write ${examples}.`);
  },
});

const sizeOperator = (field: 'minSize' | 'maxSize'): TextOperator => ({
  isFreeText: false,
  read: (value) => {
    const bytes = readSize(value);
    return bytes === undefined
      ? new ValueError('SIZE_INVALID', `“${value}” is not a size; write 500, 200K, 10M or 1G.`)
      : readField(field, bytes);
  },
});

const headerOperator: TextOperator = {
  isFreeText: true,
  read: (value) => {
    const separatorIndex = value.search(/[=:]/);
    return readField(
      'header',
      separatorIndex < 0 ? [value] : [value.slice(0, separatorIndex), value.slice(separatorIndex + 1)],
    );
  },
};

/** The operators of the query language. To add an operator, add a line here and a field to `QueryFields`. */
const OPERATORS: Record<string, TextOperator> = {
  from: freeTextOperator('from'),
  to: freeTextOperator('to'),
  cc: freeTextOperator('cc'),
  bcc: freeTextOperator('bcc'),
  subject: freeTextOperator('subject'),
  body: freeTextOperator('body'),
  filename: freeTextOperator('filename'),
  has: choiceOperator({ attachment: { hasAttachment: true }, attachments: { hasAttachment: true } }, 'has:attachment'),
  larger: sizeOperator('minSize'),
  smaller: sizeOperator('maxSize'),
  before: fieldOperator('before'),
  after: fieldOperator('after'),
  older_than: fieldOperator('olderThan'),
  newer_than: fieldOperator('newerThan'),
  in: freeTextOperator('inMailbox'),
  is: choiceOperator(IS_VALUES, 'is:unread, is:read, is:starred or is:unstarred'),
  list: freeTextOperator('list'),
  'message-id': fieldOperator('messageId'),
  header: headerOperator,
  kind: fieldOperator('kind'),
};

export const OPERATOR_NAMES: readonly string[] = Object.keys(OPERATORS);

export const findOperator = (name: string): TextOperator | undefined =>
  Object.hasOwn(OPERATORS, name.toLowerCase()) ? OPERATORS[name.toLowerCase()] : undefined;

/** Returns a condition as operator and unquoted value of the query language. Only the field `text` has no operator. */
export function operatorAndValue(condition: QueryCondition): { operator?: string; value: string } {
  const entry = fieldEntry(condition);
  switch (entry.field) {
    case 'text':
      return { value: entry.value };
    case 'hasAttachment':
      return { operator: 'has', value: 'attachment' };
    case 'minSize':
      return { operator: 'larger', value: formatSize(entry.value) };
    case 'maxSize':
      return { operator: 'smaller', value: formatSize(entry.value) };
    case 'olderThan':
      return { operator: 'older_than', value: entry.value };
    case 'newerThan':
      return { operator: 'newer_than', value: entry.value };
    case 'inMailbox':
      return { operator: 'in', value: entry.value };
    case 'messageId':
      return { operator: 'message-id', value: entry.value };
    case 'header':
      return { operator: 'header', value: entry.value.join('=') };
    case 'hasKeyword':
      return { operator: 'is', value: entry.value === '$seen' ? 'read' : 'starred' };
    case 'notKeyword':
      return { operator: 'is', value: entry.value === '$seen' ? 'unread' : 'unstarred' };
    default:
      return { operator: entry.field, value: entry.value };
  }
}
