import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { declareFileContracts } from '../file.ts';
import { idSchema } from '../id.ts';
import { Instant, pageErrors, pageInput, text } from '../values.ts';

const organizationId = idSchema('org');
const resourceId = idSchema('res');
const ids = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', resourceId: 'res_01je5nryg0fgz9y05x3mqpmjrg' };

export const searchFiles = declareFileContracts('search');

export const HitKind = z
  .enum(['message', 'person', 'team', 'product', 'site', 'drive_folder', 'document'])
  .meta({ id: 'HitKind' });

export const Hit = z
  .object({
    kind: HitKind,
    id: z.string(),
    title: z.string().describe('Plain text'),
    markedTitle: z.string().describe('Title as safe HTML with `<mark>` around matches'),
    snippet: z.string().describe('Text excerpt as safe HTML with `<mark>` around matches'),
    at: Instant.nullable().describe(
      'Message: time of receipt. Document: 12:00 UTC of its date of issue. Null for other kinds',
    ),
    mailbox: z.object({ resourceId, folder: z.string() }).nullable(),
  })
  .meta({ id: 'Hit', description: 'A search result' });

export const search = query({
  subject: 'rpc.search.query.run.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/search' },
  access: 'search:use',
  summary: 'Search messages, people, teams, products, sites, drive folders and documents',
  description:
    'Operators: `from: to: cc: bcc: subject: body: filename: has:attachment larger: smaller: before: after: ' +
    'older_than: newer_than: in: is:unread is:starred list: message-id: header: kind:`, phrases, `OR`, `-`, ' +
    'parentheses. Messages in trash and spam are found only if the query names the folder. Results contain only ' +
    'objects that the caller may see. Results without a date (people, teams, products, sites, folders) come first, ' +
    'in a fixed order; then messages and documents, newest first. New mail does not shift the following pages, and ' +
    'ages (`older_than:`) are relative to the time of the first page.',
  input: z.object({ organizationId, q: text(2_000), kind: HitKind.optional(), ...pageInput }),
  output: z.object({
    data: z.array(Hit),
    nextCursor: z.string().nullable(),
    understood: z.string().describe('The interpreted query in English'),
    warnings: z.array(z.string()).describe('Ambiguous parts of the query with their position'),
    hiddenInTrashAndSpam: z.int().describe('Number of matching messages in trash and spam that are not in the results'),
  }),
  errors: {
    QUERY_INVALID: { status: 422, title: 'The query is invalid' },
    QUERY_TOO_COMPLEX: { status: 422, title: 'The query is too long, too deeply nested or too slow' },
    ...pageErrors,
  },
  example: {
    input: { organizationId: ids.organizationId, q: 'from:ben réunion' },
    output: {
      data: [
        {
          kind: 'message',
          id: 'msg_01je5nryg0fgz9y05x3mqpmjrg',
          title: 'Réunion de lundi',
          markedTitle: '<mark>Réunion</mark> de lundi',
          snippet: 'La <mark>réunion</mark> commence à 9 h',
          at: '2026-01-30T08:00:00.000Z',
          mailbox: { resourceId: ids.resourceId, folder: 'INBOX' },
        },
      ],
      nextCursor: null,
      understood: 'from contains “ben” and “réunion”',
      warnings: [],
      hiddenInTrashAndSpam: 0,
    },
  },
});

export const importMessages = command({
  subject: 'rpc.search.message.import.v1',
  http: {
    method: 'POST',
    path: '/v1/organizations/:organizationId/mailboxes/:resourceId/messages',
    status: 201,
    upload: ['message/rfc822', 'application/mbox'],
  },
  access: 'message:import',
  summary: 'Import messages into a mailbox from an `.eml` or mbox file',
  // SRCH-8
  description:
    'The owner of the mailbox and people who may read the mailbox can import messages. A message that exists already ' +
    'is moved to the given folder. Malformed messages, and messages that exceed the limits of the parser, are ' +
    'quarantined with a reason; the other messages are imported.',
  input: z.object({ organizationId, resourceId, fileId: idSchema('fil'), folder: text(255).min(1).default('INBOX') }),
  output: z.object({
    accepted: z.int().describe('Number of new messages'),
    alreadyThere: z.int(),
    quarantinedCount: z.int(),
    quarantined: z
      .array(
        z.object({ index: z.int().describe('Position in the file, from 0'), code: z.string(), reason: z.string() }),
      )
      .describe('The first 100 quarantined messages'),
  }),
  errors: {
    MAILBOX_NOT_FOUND: { status: 404, title: 'There is no such mailbox' },
    FILE_NOT_FOUND: { status: 404, title: 'There is no such file' },
    FILE_NOT_MAIL: { status: 422, title: 'The file is neither a message nor an mbox' },
    FILE_TOO_COMPLEX: { status: 422, title: 'More than 10 messages of the file exceed the limits of the parser' },
    MBOX_TOO_LONG: { status: 422, title: 'The mbox has more than 100,000 messages' },
  },
  example: {
    input: { ...ids, fileId: 'fil_01je5nryg0fgz9y05x3mqpmjrg' },
    output: { accepted: 12, alreadyThere: 0, quarantinedCount: 0, quarantined: [] },
  },
});

export const messagesImported = event({
  subject: 'evt.search.mailbox.imported.v1',
  summary: 'Messages were imported into a mailbox',
  entity: 'resourceId',
  data: z.object({
    organizationId,
    resourceId,
    accepted: z.int().describe('Number of new messages'),
    quarantined: z.int().describe('Number of messages that this import was the first to quarantine'),
  }),
  example: { ...ids, accepted: 12, quarantined: 0 },
});
