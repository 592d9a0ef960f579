import PostalMime, { addressParser, decodeWords, type Email } from 'postal-mime';
import { estimatePartCount } from './estimate-part-count.ts';
import { htmlText, tidyText } from './html-text.ts';
import {
  MESSAGE_LIMITS,
  type MessageLimits,
  type MessagePerson,
  type ParsedMessage,
  type QuarantineReason,
} from './parsed-message.ts';

export type ParseResult = { message: ParsedMessage } | { reason: QuarantineReason };

/** Parses a raw message. Returns the reason of the quarantine for malformed input and never throws (SRCH-8). */
export async function parseMessage(raw: Uint8Array, limits: MessageLimits = MESSAGE_LIMITS): Promise<ParseResult> {
  if (raw.length > limits.size)
    return quarantine('MESSAGE_TOO_LARGE', `The message has ${raw.length} bytes, more than ${limits.size}.`);
  // A message of spaces and control characters counts as empty.
  if (!raw.some((byte) => byte > SPACE)) return quarantine('MESSAGE_EMPTY', 'The message is empty.');
  if (estimatePartCount(raw, limits.parts) > limits.parts)
    return quarantine('MESSAGE_TOO_MANY_PARTS', `The message has more than ${limits.parts} parts.`);
  let email: Email;
  try {
    email = await PostalMime.parse(raw, {
      maxNestingDepth: limits.nesting,
      maxHeadersSize: limits.headerBytes,
      maxRfc822NestingDepth: 5,
    });
  } catch (error) {
    return quarantine(
      'MESSAGE_UNREADABLE',
      `The message cannot be parsed: ${singleLine(error instanceof Error ? error.message : 'unknown error', 200)}`,
    );
  }
  if (!email.headers.some((header) => MAIL_HEADERS.has(header.key)))
    return quarantine('MESSAGE_NOT_MAIL', 'The message has no mail header.');
  return { message: readEmail(email, raw.length, limits) };
}

const SPACE = 0x20;

const MAIL_HEADERS = new Set([
  'from',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'received',
  'return-path',
  'mime-version',
  'content-type',
  'delivered-to',
  'sender',
  'reply-to',
]);

const quarantine = (code: QuarantineReason['code'], detail: string): ParseResult => ({ reason: { code, detail } });

function readEmail(email: Email, size: number, limits: MessageLimits): ParsedMessage {
  const header = (key: string) => email.headers.find((each) => each.key === key)?.value;
  return {
    messageId: idInBrackets(email.messageId ?? ''),
    date: readInstant(header('date')),
    // The time of a Received header follows the last semicolon.
    receivedAt: readInstant(header('received')?.split(';').at(-1)),
    from: readPeople(email, 'from', limits),
    to: readPeople(email, 'to', limits),
    cc: readPeople(email, 'cc', limits),
    bcc: readPeople(email, 'bcc', limits),
    subject: singleLine(email.subject ?? '', limits.headerLength),
    text: readableText(email, limits.textLength),
    attachments: email.attachments.slice(0, limits.parts).map((part) => ({
      filename: singleLine(part.filename ?? '', 500) || (part.mimeType === 'message/rfc822' ? 'message.eml' : ''),
      contentType: singleLine(part.mimeType, 200),
      size: typeof part.content === 'string' ? part.content.length : part.content.byteLength,
    })),
    size,
    listId: idInBrackets(decodeHeader(header('list-id') ?? '')),
    headers: email.headers.slice(0, limits.headers).map(({ key, value }) => ({
      name: singleLine(key, 100),
      value: singleLine(decodeHeader(value), limits.headerLength),
    })),
  };
}

/**
 * Returns the text of the HTML; the plain text if the message has no HTML or the text of the HTML is empty. No plain
 * part is lost, because the parser also adds plain parts to the HTML.
 */
function readableText(email: Email, maxLength: number): string {
  const fromHtml = email.html === undefined ? '' : htmlText(email.html, maxLength);
  return fromHtml === '' ? tidyText(email.text ?? '', maxLength) : fromHtml;
}

/**
 * Returns the people of all headers with this name. A message with two From or To headers is malformed, but all these
 * people are its senders or recipients.
 */
function readPeople(email: Email, key: string, limits: MessageLimits): MessagePerson[] {
  const foundPeople: MessagePerson[] = [];
  for (const header of email.headers) {
    if (header.key !== key) continue;
    for (const { name, address } of addressParser(header.value.slice(0, limits.headerBytes), { flatten: true })) {
      if (foundPeople.length >= limits.people) return foundPeople;
      if (name || address)
        foundPeople.push({ name: singleLine(name, 500), address: singleLine(withoutComments(address ?? ''), 320) });
    }
  }
  return foundPeople;
}

/** Decodes encoded words; returns the input if it cannot be decoded. */
function decodeHeader(value: string): string {
  try {
    return decodeWords(value);
  } catch {
    return value;
  }
}

/** Returns the id between `<` and `>`, else the first word of the value; null when it is empty. */
function idInBrackets(value: string): string | null {
  const id = /<([^<>]+)>/.exec(value)?.[1] ?? value.trim().split(/\s/, 1)[0]!;
  return singleLine(id, 1_000) || null;
}

/**
 * Reads a date header as an ISO instant; null when the header is missing, malformed or outside the years 1970 to 2199.
 */
function readInstant(value: string | undefined): string | null {
  if (value === undefined || value.length > 200) return null;
  const text = withoutComments(value).trim();
  const date = new Date(text);
  const year = date.getUTCFullYear();
  return text !== '' && year >= 1970 && year < 2200 ? date.toISOString() : null;
}

/** Returns a text in one line, cut to `maxLength`. */
function singleLine(value: string, maxLength: number): string {
  return tidyText(value.replace(/\s+/g, ' '), maxLength);
}

/** Removes RFC 5322 comments from dates and old addresses: `17:18:19 +0900 (JST)`, `pete(his account)@silly.test`. */
const withoutComments = (value: string): string => value.replace(/\([^()]*\)/g, '');
