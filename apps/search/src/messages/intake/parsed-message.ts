/** A person of a message's header; the address is as written, the name decoded. */
export interface MessagePerson {
  name: string;
  address: string;
}

export interface MessageAttachment {
  filename: string;
  contentType: string;
  size: number;
}

/** What the index keeps of a message. Every text in it is well-formed, free of NUL and bounded. */
export interface ParsedMessage {
  messageId: string | null;
  /** Instant of the Date header; null when it is missing or no date. */
  date: string | null;
  /** Instant at which the last server took it, from its Received header. */
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
  size: 50 * 1024 * 1024,
  /** More parts than this is no letter but an attack on the reader. */
  parts: 1_000,
  nesting: 50,
  headerBytes: 512 * 1024,
  headers: 200,
  headerLength: 2_000,
  people: 2_000,
  textLength: 500_000,
} as const;

export type MessageLimits = { readonly [Name in keyof typeof MESSAGE_LIMITS]: number };

/** Why a message was set aside. `detail` is for people and holds nothing of its content. */
export interface QuarantineReason {
  code: 'MESSAGE_EMPTY' | 'MESSAGE_TOO_LARGE' | 'MESSAGE_NOT_MAIL' | 'MESSAGE_TOO_MANY_PARTS' | 'MESSAGE_UNREADABLE';
  detail: string;
}
