import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { fileContracts } from '../file.ts';
import { idSchema } from '../id.ts';
import { Instant, pageErrors, pageInput, text } from '../values.ts';

const organizationId = idSchema('org');
const resourceId = idSchema('res');
const ids = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', resourceId: 'res_01je5nryg0fgz9y05x3mqpmjrg' };

export const searchFiles = fileContracts('search');

export const HitKind = z
  .enum(['message', 'person', 'team', 'product', 'site', 'drive_folder', 'document'])
  .meta({ id: 'HitKind' });

export const Hit = z
  .object({
    kind: HitKind,
    id: z.string(),
    title: z.string().describe('Plain text'),
    markedTitle: z.string().describe('The title as safe HTML, with `<mark>` around the hits'),
    snippet: z.string().describe('Safe HTML: text with `<mark>` around the hits, nothing else'),
    at: Instant.nullable().describe(
      'When a message was received, noon (UTC) of the day a document was issued; null for what has no date',
    ),
    mailbox: z.object({ resourceId, folder: z.string() }).nullable(),
  })
  .meta({ id: 'Hit', description: 'One thing that was found' });

export const search = query({
  subject: 'rpc.search.query.run.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/search' },
  access: 'search:use',
  summary: 'Search messages, people, teams, products, sites, drive folders and documents',
  description:
    'Operators: `from: to: cc: bcc: subject: body: filename: has:attachment larger: smaller: before: after: older_than: newer_than: in: is:unread is:starred list: message-id: header: kind:`, phrases, `OR`, `-`, parentheses. Trash and spam are left out unless asked for. Nothing shows that the asker may not see. What has no date (people, teams, products, sites, folders) comes first, the newest made first; then messages and documents together, the newest first. Pages stay as they are while new mail arrives, and ages (`older_than:`) count from the first page.',
  input: z.object({ organizationId, q: text(2_000), kind: HitKind.optional(), ...pageInput }),
  output: z.object({
    data: z.array(Hit),
    nextCursor: z.string().nullable(),
    understood: z.string().describe('How the query was read'),
    warnings: z.array(z.string()).describe('What may have been meant otherwise, with its position'),
    hiddenInTrashAndSpam: z.int().describe('Messages that match and were left out'),
  }),
  errors: {
    QUERY_INVALID: { status: 422, title: 'The query cannot be read' },
    QUERY_TOO_COMPLEX: { status: 422, title: 'The query is too long, too deep, or takes too long' },
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
  summary: 'Take messages into a mailbox: one `.eml`, or an mbox',
  description:
    'For the owner of the mailbox and who may read it. A message that is there already counts once and moves to the folder named; bad ones are quarantined with their reason and do not stop the rest (SRCH-8).',
  input: z.object({ organizationId, resourceId, fileId: idSchema('fil'), folder: text(255).min(1).default('INBOX') }),
  output: z.object({
    accepted: z.int(),
    alreadyThere: z.int(),
    quarantinedCount: z.int(),
    quarantined: z
      .array(z.object({ index: z.int().describe('Place in the file, from 0'), code: z.string(), reason: z.string() }))
      .describe('The first hundred of them'),
  }),
  errors: {
    MAILBOX_NOT_FOUND: { status: 404, title: 'There is no such mailbox' },
    FILE_NOT_FOUND: { status: 404, title: 'There is no such file' },
    FILE_NOT_MAIL: { status: 422, title: 'The file is neither a message nor an mbox' },
    MBOX_TOO_LONG: { status: 422, title: 'The mbox has more than 100,000 messages' },
  },
  example: {
    input: { ...ids, fileId: 'fil_01je5nryg0fgz9y05x3mqpmjrg' },
    output: { accepted: 12, alreadyThere: 0, quarantinedCount: 0, quarantined: [] },
  },
});

export const messagesImported = event({
  subject: 'evt.search.mailbox.imported.v1',
  summary: 'Messages were taken into a mailbox',
  entity: 'resourceId',
  data: z.object({ organizationId, resourceId, accepted: z.int(), quarantined: z.int() }),
  example: { ...ids, accepted: 12, quarantined: 0 },
});
