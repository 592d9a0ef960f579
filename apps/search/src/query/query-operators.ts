import { readField, ValueError } from './query-fields.ts';
import { fieldEntry, type QueryCondition, type QueryField } from './query-tree.ts';
import { formatSize, readSize } from './query-values.ts';

interface TextOperator {
  /** The value is any text and may contain spaces. */
  isFreeText: boolean;
  read: (value: string) => QueryCondition | ValueError;
}

const FLAGS: Record<string, QueryCondition> = {
  unread: { notKeyword: '$seen' },
  read: { hasKeyword: '$seen' },
  starred: { hasKeyword: '$flagged' },
  flagged: { hasKeyword: '$flagged' },
  unstarred: { notKeyword: '$flagged' },
};

const plain = (field: QueryField, isFreeText = false): TextOperator => ({
  isFreeText,
  read: (value) => readField(field, value),
});

const choice = (choices: Record<string, QueryCondition>, names: string): TextOperator => ({
  isFreeText: false,
  read: (value) => {
    const lower = value.toLowerCase();
    return Object.hasOwn(choices, lower)
      ? choices[lower]!
      : new ValueError('VALUE_UNKNOWN', `“${value}” is not a possible value; write ${names}.`);
  },
});

const size = (field: 'minSize' | 'maxSize'): TextOperator => ({
  isFreeText: false,
  read: (value) => {
    const bytes = readSize(value);
    return bytes === undefined
      ? new ValueError('SIZE_INVALID', `“${value}” is not a size; write 500, 200K, 10M or 1G.`)
      : readField(field, bytes);
  },
});

const header: TextOperator = {
  isFreeText: true,
  read: (value) => {
    const split = value.search(/[=:]/);
    return readField('header', split < 0 ? [value] : [value.slice(0, split), value.slice(split + 1)]);
  },
};

/** The operators of the query language. To add one, add a line here and a field of the tree. */
const OPERATORS: Record<string, TextOperator> = {
  from: plain('from', true),
  to: plain('to', true),
  cc: plain('cc', true),
  bcc: plain('bcc', true),
  subject: plain('subject', true),
  body: plain('body', true),
  filename: plain('filename', true),
  has: choice({ attachment: { hasAttachment: true }, attachments: { hasAttachment: true } }, 'has:attachment'),
  larger: size('minSize'),
  smaller: size('maxSize'),
  before: plain('before'),
  after: plain('after'),
  older_than: plain('olderThan'),
  newer_than: plain('newerThan'),
  in: plain('inMailbox', true),
  is: choice(FLAGS, 'is:unread, is:read, is:starred or is:unstarred'),
  list: plain('list', true),
  'message-id': plain('messageId'),
  header,
  kind: plain('kind'),
};

export const OPERATOR_NAMES: readonly string[] = Object.keys(OPERATORS);

export const findOperator = (name: string): TextOperator | undefined =>
  Object.hasOwn(OPERATORS, name.toLowerCase()) ? OPERATORS[name.toLowerCase()] : undefined;

/** The operator of a condition, if it has one, and its unquoted value in the query language. */
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
