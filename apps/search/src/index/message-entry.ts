import type { MessagePerson, ParsedMessage } from '../messages/intake/parsed-message.ts';
import { addressTokens, correspondentText } from './address-tokens.ts';
import { fold } from './fold.ts';
import { TextVector } from './text-vector.ts';
import type { Stems } from './word-forms.ts';

/** Where a message lies and how it is marked; what the mail itself does not say. */
export interface MessagePlace {
  organizationId: string;
  id: string;
  mailboxId: string;
  /** What makes the message the same one when it comes in again: an IMAP uid, a Maildir name, a hash of its bytes. */
  sourceKey: string;
  /** Path with `/` between its parts. */
  folder: string;
  folderRole: string;
  isUnread: boolean;
  isStarred: boolean;
  /** Instant to sort by where the message has neither a Received nor a Date header. */
  takenAt: string;
}

/** A message ready for the index but for its stems. */
export interface MessageEntry {
  row: Record<string, unknown>;
  vector: TextVector;
}

export function messageEntry(message: ParsedMessage, place: MessagePlace): MessageEntry {
  const { from, to, cc, bcc } = message;
  const filenames = message.attachments.map((attachment) => attachment.filename).filter((name) => name !== '');
  const row = {
    organization_id: place.organizationId,
    id: place.id,
    mailbox_id: place.mailboxId,
    source_key: place.sourceKey,
    folder: place.folder,
    folder_key: fold(place.folder),
    folder_role: place.folderRole,
    message_id: message.messageId ?? '',
    sent_at: message.date,
    received_at: message.receivedAt ?? message.date ?? place.takenAt,
    size: message.size,
    has_attachment: message.attachments.length > 0,
    is_unread: place.isUnread,
    is_starred: place.isStarred,
    subject: message.subject,
    body: message.text,
    people: { from, to, cc, bcc },
    attachments: message.attachments,
    from_text: correspondentText(from),
    to_text: correspondentText(to),
    cc_text: correspondentText(cc),
    bcc_text: correspondentText(bcc),
    filenames_text: filenames.map(fold).join('\n'),
    list_id: fold(message.listId ?? ''),
    headers: foldedHeaders(message.headers),
  };
  return { row, vector: messageVector(message, [...from, ...to, ...cc, ...bcc], filenames) };
}

function messageVector(message: ParsedMessage, people: MessagePerson[], filenames: string[]): TextVector {
  const vector = new TextVector().add(message.subject, 'A');
  for (const { name, address } of people) vector.add(`${name} ${address}`, 'B').addTokens(compactForms(address), 'B');
  for (const filename of filenames) vector.add(filename, 'C');
  return vector.add(message.text, 'D');
}

/** `jeandupont` of `jean.dupont@…`: the one form whose words are not in the address itself. */
const compactForms = (address: string) => addressTokens(address).filter((token) => /^[\p{L}\p{N}]+$/u.test(token));

function foldedHeaders(headers: ParsedMessage['headers']): Record<string, string[]> {
  const byName = new Map<string, string[]>();
  for (const { name, value } of headers) byName.set(name, [...(byName.get(name) ?? []), fold(value)]);
  return Object.fromEntries(byName);
}

const COLUMNS = `organization_id uuid, id uuid, mailbox_id uuid, source_key text, folder text, folder_key text, folder_role text, message_id text,
  sent_at timestamptz, received_at timestamptz, size bigint, has_attachment boolean, is_unread boolean, is_starred boolean, subject text, body text,
  people jsonb, attachments jsonb, from_text text, to_text text, cc_text text, bcc_text text, filenames_text text, list_id text, headers jsonb, tsv text`;
const NAMES = COLUMNS.split(',').map((column) => column.trim().split(' ')[0]!);

/**
 * Writes any number of entries in one statement, which holds no message twice. One that is there already keeps its id and takes over place and marks:
 * a message's content never changes, where it lies and whether it was read does.
 */
export function upsertMessages(entries: readonly MessageEntry[], stems: Stems): { sql: string; parameters: unknown[] } {
  const rows = entries.map(({ row, vector }) => ({ ...row, tsv: vector.literal(stems) }));
  const values = NAMES.map((name) => (name === 'tsv' ? 'tsv::tsvector' : name)).join(', ');
  const sql = `insert into message (${NAMES.join(', ')})
select ${values} from json_to_recordset($1::json) as entry(${COLUMNS})
on conflict (organization_id, mailbox_id, source_key) do update set
  folder = excluded.folder, folder_key = excluded.folder_key, folder_role = excluded.folder_role,
  is_unread = excluded.is_unread, is_starred = excluded.is_starred`;
  return { sql, parameters: [JSON.stringify(rows)] };
}
