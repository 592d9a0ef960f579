/** A person in a header. The name is decoded, the address is not changed. */
export interface MessagePerson {
  name: string;
  address: string;
}

interface MessageAttachment {
  filename: string;
  contentType: string;
  size: number;
}

/** The indexed content of a message. Texts are well-formed, contain no NUL and are limited in length. */
export interface ParsedMessage {
  messageId: string | null;
  /** Time of the Date header; null when it is missing or malformed. */
  date: string | null;
  /** Time of the first Received header, which the last mail server added. */
  receivedAt: string | null;
  from: MessagePerson[];
  to: MessagePerson[];
  cc: MessagePerson[];
  bcc: MessagePerson[];
  subject: string;
  text: string;
  attachments: MessageAttachment[];
  /** Bytes of the raw message. */
  size: number;
  listId: string | null;
  headers: { name: string; value: string }[];
}

export const MESSAGE_LIMITS = {
  /** Bytes of the raw message. */
  size: 50 * 1024 * 1024,
  /** A message with more parts is an attack on the parser. */
  parts: 1_000,
  /** Levels of parts inside parts. */
  nesting: 50,
  /** Bytes of all headers together. A message with more is not parsed. */
  headerBytes: 512 * 1024,
  /** Headers that are kept; further headers are dropped. */
  headers: 200,
  /** Characters of a header value that are kept. */
  headerLength: 2_000,
  /** People of one kind: senders, or recipients in To, Cc or Bcc. */
  people: 2_000,
  /** Characters of the text that are kept. */
  textLength: 500_000,
} as const;

export type MessageLimits = { readonly [Name in keyof typeof MESSAGE_LIMITS]: number };

/** The reason of a quarantine. `detail` is a text for users and contains no content of the message. */
export interface QuarantineReason {
  code:
    | 'MESSAGE_EMPTY'
    | 'MESSAGE_TOO_LARGE'
    | 'MESSAGE_NOT_MAIL'
    | 'MESSAGE_TOO_MANY_PARTS'
    | 'MESSAGE_TOO_COMPLEX'
    | 'MESSAGE_UNREADABLE';
  detail: string;
}
