import type { MessagePerson, ParsedMessage } from '../messages/parse/parsed-message.ts';
import { compactForms, correspondentText } from './address-tokens.ts';
import { fold } from './fold.ts';
import { WEIGHT } from './lexeme.ts';
import { TextVector } from './text-vector.ts';
import type { Stems } from './word-forms.ts';

/** The ids, location and flags of a message, which are not part of the mail itself. */
export interface MessageLocation {
  organizationId: string;
  id: string;
  mailboxId: string;
  /** Identifies the message in repeated imports, for example an IMAP uid, a Maildir name or a hash of its bytes. */
  dedupKey: string;
  /** Path with the separator `/`. */
  folder: string;
  folderRole: string;
  isUnread: boolean;
  isStarred: boolean;
  /** The sort time of a message that has neither a Received nor a Date header. */
  importedAt: string;
}

/** A row of `message`; the caller supplies the stems of its text vector. */
export interface MessageEntry {
  row: Record<string, unknown>;
  vector: TextVector;
}

export function messageEntry(message: ParsedMessage, location: MessageLocation): MessageEntry {
  const { from, to, cc, bcc } = message;
  const filenames = message.attachments.map((attachment) => attachment.filename).filter((name) => name !== '');
  const row = {
    organization_id: location.organizationId,
    id: location.id,
    mailbox_id: location.mailboxId,
    dedup_key: location.dedupKey,
    folder: location.folder,
    folder_key: fold(location.folder),
    folder_role: location.folderRole,
    message_id: message.messageId ?? '',
    sent_at: message.date,
    received_at: message.receivedAt ?? message.date ?? location.importedAt,
    size: message.size,
    has_attachment: message.attachments.length > 0,
    is_unread: location.isUnread,
    is_starred: location.isStarred,
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
  const vector = new TextVector().add(message.subject, WEIGHT.title);
  for (const { name, address } of people)
    vector.add(`${name} ${address}`, WEIGHT.namesAndNumbers).addTokens(compactForms(address), WEIGHT.namesAndNumbers);
  for (const filename of filenames) vector.add(filename, WEIGHT.filename);
  return vector.add(message.text, WEIGHT.body);
}

function foldedHeaders(headers: ParsedMessage['headers']): Record<string, string[]> {
  const valuesByName = new Map<string, string[]>();
  for (const { name, value } of headers) valuesByName.set(name, [...(valuesByName.get(name) ?? []), fold(value)]);
  return Object.fromEntries(valuesByName);
}

const COLUMN_DEFINITIONS = `organization_id uuid, id uuid, mailbox_id uuid, dedup_key text, folder text,
  folder_key text, folder_role text, message_id text, sent_at timestamptz, received_at timestamptz, size bigint,
  has_attachment boolean, is_unread boolean, is_starred boolean, subject text, body text, people jsonb,
  attachments jsonb, from_text text, to_text text, cc_text text, bcc_text text, filenames_text text, list_id text,
  headers jsonb, tsv text`;
const COLUMN_NAMES = COLUMN_DEFINITIONS.split(',').map((column) => column.trim().split(' ')[0]!);

/**
 * Returns one statement that inserts entries. The dedup keys of the entries must be distinct. A message that already
 * exists keeps its id and content; the statement updates only its folder and flags.
 */
export function upsertMessages(entries: readonly MessageEntry[], stems: Stems): { sql: string; parameters: unknown[] } {
  const rows = entries.map(({ row, vector }) => ({ ...row, tsv: vector.literal(stems) }));
  const selectList = COLUMN_NAMES.map((name) => (name === 'tsv' ? 'tsv::tsvector' : name)).join(', ');
  const sql = `insert into message (${COLUMN_NAMES.join(', ')})
select ${selectList} from json_to_recordset($1::json) as entry(${COLUMN_DEFINITIONS})
on conflict (organization_id, mailbox_id, dedup_key) do update set
  folder = excluded.folder, folder_key = excluded.folder_key, folder_role = excluded.folder_role,
  is_unread = excluded.is_unread, is_starred = excluded.is_starred`;
  return { sql, parameters: [JSON.stringify(rows)] };
}
