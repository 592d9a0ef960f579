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

/** Describes an invalid value of a field. The readers return this error, so that their callers can add the position. */
export class ValueError {
  readonly code: string;
  readonly detail: string;

  constructor(code: string, detail: string) {
    this.code = code;
    this.detail = detail;
  }
}

type FieldReader = (value: unknown) => QueryCondition | ValueError;

/** The readers validate and normalize the value of a field. The value comes from a text, a form or JSON. */
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
  inMailbox: textField((value) => ({ inMailbox: normalizeFolder(value) })),
  messageId: textField((value) => {
    const id = value.replace(/^<+/, '').replace(/>+$/, '').trim();
    return id === '' ? valueError('VALUE_MISSING', 'The message id is empty.') : { messageId: id };
  }),
  header: (value) =>
    Array.isArray(value) ? readHeader(value) : valueError('VALUE_INVALID', 'A header is [name] or [name, value].'),
  hasAttachment: (value) =>
    value === true
      ? { hasAttachment: true }
      : valueError(
          'VALUE_INVALID',
          'The only allowed value is true. To find messages without attachments, negate the condition.',
        ),
  minSize: sizeField((minSize) => ({ minSize })),
  maxSize: sizeField((maxSize) => ({ maxSize })),
  before: textField((value) => momentCondition(value, (before) => ({ before }))),
  after: textField((value) => momentCondition(value, (after) => ({ after }))),
  olderThan: textField((value) => ageCondition(value, (olderThan) => ({ olderThan }))),
  newerThan: textField((value) => ageCondition(value, (newerThan) => ({ newerThan }))),
  hasKeyword: (value) => (isKeyword(value) ? { hasKeyword: value } : keywordError()),
  notKeyword: (value) => (isKeyword(value) ? { notKeyword: value } : keywordError()),
  kind: textField((value) => {
    const kind = value.toLowerCase().replaceAll('-', '_');
    return isKind(kind)
      ? { kind }
      : valueError('KIND_UNKNOWN', `“${value}” is not a kind; the kinds are ${QUERY_KINDS.join(', ')}.`);
  }),
};

export function readField(field: QueryField, value: unknown): QueryCondition | ValueError {
  return READERS[field](value);
}

function valueError(code: string, detail: string): ValueError {
  return new ValueError(code, detail);
}

// PostgreSQL does not accept NUL. Other control characters in a query are an error or an attack.
// eslint-disable-next-line no-control-regex
const CONTROL_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

function textField(readText: (value: string) => QueryCondition | ValueError): FieldReader {
  return (value) => {
    if (typeof value !== 'string') return valueError('VALUE_INVALID', 'The value must be a text.');
    if (CONTROL_CHARACTER.test(value) || !value.isWellFormed())
      return valueError('VALUE_INVALID', 'The value contains characters that cannot be searched.');
    const trimmed = value.trim();
    return trimmed === '' ? valueError('VALUE_MISSING', 'The value is empty.') : readText(trimmed);
  };
}

/** Reads a field that matches whole words. */
function wordsField(field: 'text' | 'subject' | 'body'): FieldReader {
  return textField((value) =>
    isSearchable(value)
      ? ({ [field]: value } as QueryCondition)
      : valueError('NOTHING_TO_SEARCH', `“${value}” contains no letter or digit.`),
  );
}

/** Reads a field that matches any part of a text. Wildcards at both ends have no effect and are therefore removed. */
function partField(field: 'from' | 'to' | 'cc' | 'bcc' | 'filename' | 'list'): FieldReader {
  return textField((value) => {
    const part = trimWildcards(value);
    return part === ''
      ? valueError('NOTHING_TO_SEARCH', `“${value}” contains no character to search.`)
      : ({ [field]: part } as QueryCondition);
  });
}

/** Removes spaces and wildcards at both ends. */
function trimWildcards(value: string): string {
  let start = 0;
  let end = value.length;
  const isSpaceOrWildcard = (index: number) => value[index] === '*' || value[index]!.trim() === '';
  while (start < end && isSpaceOrWildcard(start)) start += 1;
  while (end > start && isSpaceOrWildcard(end - 1)) end -= 1;
  return value.slice(start, end);
}

function sizeField(createCondition: (bytes: number) => QueryCondition): FieldReader {
  return (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      ? createCondition(value)
      : valueError('SIZE_INVALID', 'A size is a whole number of bytes.');
}

const FOLDER_ALIASES: Record<string, string> = {
  spam: 'junk',
  bin: 'trash',
  all: ANYWHERE,
  any: ANYWHERE,
  draft: 'drafts',
};

/** Normalizes the name of a role. Every other value is the name of a folder and does not change. */
function normalizeFolder(value: string): string {
  const lowerCaseName = value.toLowerCase();
  const alias = Object.hasOwn(FOLDER_ALIASES, lowerCaseName) ? FOLDER_ALIASES[lowerCaseName]! : lowerCaseName;
  return alias === ANYWHERE || FOLDER_ROLES.some((role) => role === alias) ? alias : value;
}

function readHeader(nameAndContent: unknown[]): QueryCondition | ValueError {
  const [name, content] = nameAndContent;
  if (nameAndContent.length > 2 || typeof name !== 'string' || !/^[\w.-]{1,100}$/.test(name)) {
    return valueError('HEADER_INVALID', 'Write header:Name or header:Name=value.');
  }
  if (nameAndContent.length === 1) return { header: [name.toLowerCase()] };
  return textField((text) => ({ header: [name.toLowerCase(), text] }))(content);
}

function momentCondition(
  value: string,
  createCondition: (moment: string) => QueryCondition,
): QueryCondition | ValueError {
  const moment = readMoment(value);
  return moment === undefined
    ? valueError('DATE_INVALID', `“${value}” is not a date; write 2026-03-31, 31.03.2026, 2026-03 or 2026.`)
    : createCondition(moment);
}

function ageCondition(value: string, createCondition: (age: string) => QueryCondition): QueryCondition | ValueError {
  const age = readAge(value);
  return age === undefined
    ? valueError('AGE_INVALID', `“${value}” is not an age; write 12h, 7d, 2w, 6m (months) or 1y.`)
    : createCondition(age);
}

const isKind = (value: string): value is QueryKind => QUERY_KINDS.some((kind) => kind === value);
const isKeyword = (value: unknown): value is '$seen' | '$flagged' => value === '$seen' || value === '$flagged';
const keywordError = () => valueError('KEYWORD_UNKNOWN', 'Keywords are $seen and $flagged.');
