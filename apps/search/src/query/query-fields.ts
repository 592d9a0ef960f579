import { isSearchable } from '../index/search-words.ts';
import {
  ANYWHERE,
  FOLDER_ROLES,
  QUERY_KINDS,
  type QueryCondition,
  type QueryField,
  type QueryKind,
} from './query-tree.ts';
import { readAge, readMoment } from './query-values.ts';

/** Why a value cannot stand in its field. */
export class ValueProblem {
  readonly code: string;
  readonly detail: string;

  constructor(code: string, detail: string) {
    this.code = code;
    this.detail = detail;
  }
}

type Reader = (value: unknown) => QueryCondition | ValueProblem;

/** Every field's check and canonical form: the one gate for values, wherever they were typed. */
const READERS: Record<QueryField, Reader> = {
  text: wordsField('text'),
  subject: wordsField('subject'),
  body: wordsField('body'),
  from: partField('from'),
  to: partField('to'),
  cc: partField('cc'),
  bcc: partField('bcc'),
  filename: partField('filename'),
  list: partField('list'),
  inMailbox: textField((value) => ({ inMailbox: folder(value) })),
  messageId: textField((value) => {
    const id = value.replace(/^<+/, '').replace(/>+$/, '').trim();
    return id === '' ? problem('VALUE_MISSING', 'The message id is empty.') : { messageId: id };
  }),
  header: (value) =>
    Array.isArray(value) ? header(value) : problem('VALUE_INVALID', 'A header is [name] or [name, value].'),
  hasAttachment: (value) =>
    value === true
      ? { hasAttachment: true }
      : problem('VALUE_INVALID', 'Only true is possible here; negate it for its opposite.'),
  minSize: sizeField((minSize) => ({ minSize })),
  maxSize: sizeField((maxSize) => ({ maxSize })),
  before: textField((value) => moment(value, (before) => ({ before }))),
  after: textField((value) => moment(value, (after) => ({ after }))),
  olderThan: textField((value) => age(value, (olderThan) => ({ olderThan }))),
  newerThan: textField((value) => age(value, (newerThan) => ({ newerThan }))),
  hasKeyword: (value) => (isKeyword(value) ? { hasKeyword: value } : keywordProblem()),
  notKeyword: (value) => (isKeyword(value) ? { notKeyword: value } : keywordProblem()),
  kind: textField((value) => {
    const kind = value.toLowerCase().replaceAll('-', '_');
    return isKind(kind)
      ? { kind }
      : problem('KIND_UNKNOWN', `“${value}” is no kind of thing; there are ${QUERY_KINDS.join(', ')}.`);
  }),
};

export const isQueryField = (name: string): name is QueryField => Object.hasOwn(READERS, name);

export function readField(field: QueryField, value: unknown): QueryCondition | ValueProblem {
  return READERS[field](value);
}

function problem(code: string, detail: string): ValueProblem {
  return new ValueProblem(code, detail);
}

// PostgreSQL takes no NUL, and a control character in a query is a slip or an attack.
// eslint-disable-next-line no-control-regex
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

function textField(read: (value: string) => QueryCondition | ValueProblem): Reader {
  return (value) => {
    if (typeof value !== 'string') return problem('VALUE_INVALID', 'A text is needed here.');
    if (UNWRITABLE.test(value) || !value.isWellFormed())
      return problem('VALUE_INVALID', 'The value has characters that cannot be searched for.');
    const trimmed = value.trim();
    return trimmed === '' ? problem('VALUE_MISSING', 'The value is empty.') : read(trimmed);
  };
}

/** Found by whole words. */
function wordsField(field: 'text' | 'subject' | 'body'): Reader {
  return textField((value) =>
    isSearchable(value)
      ? ({ [field]: value } as QueryCondition)
      : problem('NOTHING_TO_SEARCH', `“${value}” has no letter or digit to search for.`),
  );
}

/** Found as a part of the whole, so that a wildcard at either end says nothing more. */
function partField(field: 'from' | 'to' | 'cc' | 'bcc' | 'filename' | 'list'): Reader {
  return textField((value) => {
    const part = withoutWildcards(value);
    return part === ''
      ? problem('NOTHING_TO_SEARCH', `“${value}” has nothing to search for.`)
      : ({ [field]: part } as QueryCondition);
  });
}

function withoutWildcards(value: string): string {
  let start = 0;
  let end = value.length;
  const isBlank = (at: number) => value[at] === '*' || value[at]!.trim() === '';
  while (start < end && isBlank(start)) start += 1;
  while (end > start && isBlank(end - 1)) end -= 1;
  return value.slice(start, end);
}

function sizeField(condition: (bytes: number) => QueryCondition): Reader {
  return (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      ? condition(value)
      : problem('SIZE_INVALID', 'A size is a whole number of bytes.');
}

const FOLDER_ALIASES: Record<string, string> = {
  spam: 'junk',
  bin: 'trash',
  all: ANYWHERE,
  any: ANYWHERE,
  draft: 'drafts',
};

/** Roles are the same word in every language and case; anything else is a folder's name as it was typed. */
function folder(value: string): string {
  const lower = value.toLowerCase();
  const alias = Object.hasOwn(FOLDER_ALIASES, lower) ? FOLDER_ALIASES[lower]! : lower;
  return alias === ANYWHERE || FOLDER_ROLES.some((role) => role === alias) ? alias : value;
}

function header(value: unknown[]): QueryCondition | ValueProblem {
  const [name, content] = value;
  if (value.length > 2 || typeof name !== 'string' || !/^[\w.-]{1,100}$/.test(name)) {
    return problem('HEADER_INVALID', 'Write header:Name or header:Name=value.');
  }
  if (value.length === 1) return { header: [name.toLowerCase()] };
  return textField((text) => ({ header: [name.toLowerCase(), text] }))(content);
}

function moment(value: string, condition: (moment: string) => QueryCondition): QueryCondition | ValueProblem {
  const read = readMoment(value);
  return read === undefined
    ? problem('DATE_INVALID', `“${value}” is no date; write 2026-03-31, 31.03.2026, 2026-03 or 2026.`)
    : condition(read);
}

function age(value: string, condition: (age: string) => QueryCondition): QueryCondition | ValueProblem {
  const read = readAge(value);
  return read === undefined
    ? problem('AGE_INVALID', `“${value}” is no age; write 12h, 7d, 2w, 6m (months) or 1y.`)
    : condition(read);
}

const isKind = (value: string): value is QueryKind => QUERY_KINDS.some((kind) => kind === value);
const isKeyword = (value: unknown): value is '$seen' | '$flagged' => value === '$seen' || value === '$flagged';
const keywordProblem = () => problem('KEYWORD_UNKNOWN', 'Keywords are $seen and $flagged.');
