import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { fileContracts } from '../file.ts';
import { idSchema } from '../id.ts';
import { Instant, pageInput } from '../values.ts';

const organizationId = idSchema('org');
const resourceId = idSchema('res');
const ids = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', resourceId: 'res_01je5nryg0fgz9y05x3mqpmjrg' };

export const searchFiles = fileContracts('search');

export const HitKind = z.enum(['message', 'person', 'team', 'product', 'document']).meta({ id: 'HitKind' });

export const Hit = z
  .object({
    kind: HitKind,
    id: z.string(),
    title: z.string(),
    snippet: z.string().describe('Safe HTML: text with `<mark>` around the hits, nothing else'),
    at: Instant.nullable(),
    mailbox: z.object({ resourceId, folder: z.string() }).nullable(),
  })
  .meta({ id: 'Hit', description: 'One thing that was found' });

export const search = query({
  subject: 'rpc.search.query.run.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/search' },
  access: 'search:use',
  summary: 'Search messages, people, teams, products and documents',
  description: 'Operators: `from: to: cc: bcc: subject: body: filename: has:attachment larger: smaller: before: after: older_than: newer_than: in: is:unread is:starred list: message-id: header: kind:`, phrases, `OR`, `-`, parentheses. Trash and spam are left out unless asked for. Nothing shows that the asker may not see.',
  input: z.object({ organizationId, q: z.string().max(2_000), kind: HitKind.optional(), ...pageInput }),
  output: z.object({
    data: z.array(Hit),
    nextCursor: z.string().nullable(),
    understood: z.string().describe('How the query was read'),
    warnings: z.array(z.string()),
    hiddenInTrashAndSpam: z.int(),
  }),
  errors: {
    QUERY_INVALID: { status: 422, title: 'The query cannot be read' },
    QUERY_TOO_COMPLEX: { status: 422, title: 'The query is too long or too deep' },
    CURSOR_INVALID: { status: 422, title: 'This is not a cursor of this search' },
  },
  example: {
    input: { organizationId: ids.organizationId, q: 'from:ben réunion' },
    output: {
      data: [{ kind: 'message', id: 'msg_01je5nryg0fgz9y05x3mqpmjrg', title: 'Réunion de lundi', snippet: 'La <mark>réunion</mark> commence à 9 h', at: '2026-01-30T08:00:00.000Z', mailbox: { resourceId: ids.resourceId, folder: 'INBOX' } }],
      nextCursor: null, understood: 'sender contains "ben" and text contains "réunion"', warnings: [], hiddenInTrashAndSpam: 0,
    },
  },
});

export const importMessages = command({
  subject: 'rpc.search.message.import.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/mailboxes/:resourceId/messages', status: 201, upload: ['message/rfc822', 'application/mbox'] },
  access: 'organization:read',
  summary: 'Take messages into a mailbox: one `.eml`, or an mbox',
  description: 'For the owner of the mailbox and who may read it. A message that is there already counts once; bad ones are quarantined with their reason and do not stop the rest (SRCH-8).',
  input: z.object({ organizationId, resourceId, fileId: idSchema('fil'), folder: z.string().min(1).max(255).default('INBOX') }),
  output: z.object({
    accepted: z.int(), alreadyThere: z.int(), quarantined: z.array(z.object({ index: z.int(), reason: z.string() })),
  }),
  errors: { MAILBOX_NOT_FOUND: { status: 404, title: 'There is no such mailbox' }, FILE_NOT_FOUND: { status: 404, title: 'There is no such file' } },
  example: { input: { ...ids, fileId: 'fil_01je5nryg0fgz9y05x3mqpmjrg' }, output: { accepted: 12, alreadyThere: 0, quarantined: [] } },
});

export const messagesImported = event({
  subject: 'evt.search.mailbox.imported.v1',
  summary: 'Messages were taken into a mailbox',
  entity: 'resourceId',
  data: z.object({ organizationId, resourceId, accepted: z.int(), quarantined: z.int() }),
  example: { ...ids, accepted: 12, quarantined: 0 },
});
