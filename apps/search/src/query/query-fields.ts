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

/** An invalid value of a field. A return value, not an exception: the callers add the position. */
export class ValueError {
  readonly code: string;
  readonly detail: string;

  constructor(code: string, detail: string) {
    this.code = code;
    this.detail = detail;
  }
}

type FieldReader = (value: unknown) => QueryCondition | ValueError;

/** Validates and normalizes the value of each field, from text, form or JSON. */
const READERS: Record<QueryField, FieldReader> = {
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
      : problem('VALUE_INVALID', 'The only value is true; negate the condition for the opposite.'),
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
      : problem('KIND_UNKNOWN', `“${value}” is not a kind; the kinds are ${QUERY_KINDS.join(', ')}.`);
  }),
};

export function readField(field: QueryField, value: unknown): QueryCondition | ValueError {
  return READERS[field](value);
}

function problem(code: string, detail: string): ValueError {
  return new ValueError(code, detail);
}

// PostgreSQL accepts no NUL, and other control characters in a query are an error or an attack.
// eslint-disable-next-line no-control-regex
const CONTROL_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

function textField(read: (value: string) => QueryCondition | ValueError): FieldReader {
  return (value) => {
    if (typeof value !== 'string') return problem('VALUE_INVALID', 'The value must be a text.');
    if (CONTROL_CHARACTER.test(value) || !value.isWellFormed())
      return problem('VALUE_INVALID', 'The value contains characters that cannot be searched.');
    const trimmed = value.trim();
    return trimmed === '' ? problem('VALUE_MISSING', 'The value is empty.') : read(trimmed);
  };
}

/** A field that matches whole words. */
function wordsField(field: 'text' | 'subject' | 'body'): FieldReader {
  return textField((value) =>
    isSearchable(value)
      ? ({ [field]: value } as QueryCondition)
      : problem('NOTHING_TO_SEARCH', `“${value}” has no letter or digit.`),
  );
}

/** A field that matches any part of the text, so wildcards at both ends are removed. */
function partField(field: 'from' | 'to' | 'cc' | 'bcc' | 'filename' | 'list'): FieldReader {
  return textField((value) => {
    const part = withoutWildcards(value);
    return part === ''
      ? problem('NOTHING_TO_SEARCH', `“${value}” has no character to search.`)
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

function sizeField(condition: (bytes: number) => QueryCondition): FieldReader {
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

/** Normalizes the name of a role; any other value is the name of a folder and does not change. */
function folder(value: string): string {
  const lower = value.toLowerCase();
  const alias = Object.hasOwn(FOLDER_ALIASES, lower) ? FOLDER_ALIASES[lower]! : lower;
  return alias === ANYWHERE || FOLDER_ROLES.some((role) => role === alias) ? alias : value;
}

function header(value: unknown[]): QueryCondition | ValueError {
  const [name, content] = value;
  if (value.length > 2 || typeof name !== 'string' || !/^[\w.-]{1,100}$/.test(name)) {
    return problem('HEADER_INVALID', 'Write header:Name or header:Name=value.');
  }
  if (value.length === 1) return { header: [name.toLowerCase()] };
  return textField((text) => ({ header: [name.toLowerCase(), text] }))(content);
}

function moment(value: string, condition: (moment: string) => QueryCondition): QueryCondition | ValueError {
  const read = readMoment(value);
  return read === undefined
    ? problem('DATE_INVALID', `“${value}” is not a date; write 2026-03-31, 31.03.2026, 2026-03 or 2026.`)
    : condition(read);
}

function age(value: string, condition: (age: string) => QueryCondition): QueryCondition | ValueError {
  const read = readAge(value);
  return read === undefined
    ? problem('AGE_INVALID', `“${value}” is not an age; write 12h, 7d, 2w, 6m (months) or 1y.`)
    : condition(read);
}

const isKind = (value: string): value is QueryKind => QUERY_KINDS.some((kind) => kind === value);
const isKeyword = (value: unknown): value is '$seen' | '$flagged' => value === '$seen' || value === '$flagged';
const keywordProblem = () => problem('KEYWORD_UNKNOWN', 'Keywords are $seen and $flagged.');
