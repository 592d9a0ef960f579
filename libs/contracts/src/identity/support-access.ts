import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Instant, Name, page, pageInput, text } from '../values.ts';
import { SupportLevel } from './member.ts';

const organizationId = idSchema('org');
const supportAccessId = idSchema('sup');
const accountId = idSchema('acc');
const ids = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  supportAccessId: 'sup_01je5nryg0fgz9y05x3mqpmjrg',
  accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
  productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
};
const givenAt = '2026-01-31T09:00:00.000Z';
const endsAt = '2026-02-01T09:00:00.000Z';

const Reason = text(1_000).min(1).describe('Why, in the words of whoever gives it');
const Ticket = text(100).min(1).describe('Number of the ticket at the provider');
const cursor = supportAccessId.optional().describe('`nextCursor` of the page before');

export const SupportAccessStatus = z.enum(['live', 'revoked', 'expired']).meta({ id: 'SupportAccessStatus' });

/** What an access covers; the names are those of the moment it was given. */
export const SupportedProducts = z
  .array(
    z.object({ productId: idSchema('prd'), name: z.string().describe('As it was called when the access was given') }),
  )
  .nullable()
  .describe('Null: the whole organization');

const scope = {
  level: SupportLevel,
  withContent: z.boolean().describe('Whether content (mail, files, contacts, calendars) may be read too'),
  products: SupportedProducts,
  reason: Reason,
  ticket: Ticket.nullable(),
};

export const SupportAccess = z
  .object({
    id: supportAccessId,
    ...scope,
    status: SupportAccessStatus,
    givenBy: z.object({ accountId, name: Name }),
    givenAt: Instant,
    endsAt: Instant,
    endedAt: Instant.nullable().describe('When it was revoked, or ended by itself'),
    endedBy: accountId.nullable().describe('Who revoked it'),
    entries: z
      .array(
        z.object({
          accountId: accountId.describe('Of the member of staff'),
          name: Name,
          enteredAt: Instant,
          leftAt: Instant.nullable(),
          actionCount: z.int().describe('What they did: see the actions of the access'),
        }),
      )
      .describe('Who of the staff was in the organization under it, newest first; at most the last hundred'),
  })
  .meta({ id: 'SupportAccess', description: "Time-boxed permission given by the customer to the provider's staff" });

const exampleScope = {
  level: 'write' as const,
  withContent: false,
  products: [{ productId: ids.productId, name: 'alpine.example' }],
  reason: 'The site answers with an error',
  ticket: 'T-4711',
};
const example = {
  id: ids.supportAccessId,
  ...exampleScope,
  status: 'live' as const,
  givenBy: { accountId: ids.accountId, name: 'Anna Keller' },
  givenAt,
  endsAt,
  endedAt: null,
  endedBy: null,
  entries: [{ accountId: ids.accountId, name: 'Sam Support', enteredAt: givenAt, leftAt: null, actionCount: 3 }],
};
const notFound = { SUPPORT_ACCESS_NOT_FOUND: { status: 404, title: 'There is no such support access' } } as const;

export const grantSupportAccess = command({
  subject: 'rpc.identity.support_access.grant.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/support-accesses', status: 201 },
  access: 'support:grant',
  summary: "Let the provider's staff in, for a while",
  description:
    'A collaborator lets them reach listed products that they have a right on, without content; whoever manages gives what they like (SUP-3).',
  input: z.object({
    organizationId,
    level: SupportLevel,
    withContent: z.boolean().default(false),
    productIds: z.array(idSchema('prd')).min(1).max(100).nullable().describe('Null: the whole organization'),
    hours: z.int().min(1).max(720).describe('How long, one hour to thirty days'),
    reason: Reason,
    ticket: Ticket.nullable().default(null),
  }),
  output: SupportAccess,
  errors: {
    PRODUCT_NOT_FOUND: { status: 404, title: 'There is no such product' },
    SUPPORT_ACCESS_TOO_WIDE: {
      status: 403,
      title: 'Only whoever manages the organization gives access to all of it, or to content',
    },
  },
  example: {
    input: {
      organizationId: ids.organizationId,
      level: 'write',
      productIds: [ids.productId],
      hours: 24,
      reason: exampleScope.reason,
      ticket: exampleScope.ticket,
    },
    output: { ...example, entries: [] },
  },
});

export const listSupportAccesses = query({
  subject: 'rpc.identity.support_access.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/support-accesses' },
  access: 'support:grant',
  summary: 'Support accesses, live and past, newest first, with who entered when',
  description: 'Whoever manages sees all of them, a collaborator those that they gave.',
  input: z.object({
    organizationId,
    status: z.enum(['live', 'past']).optional().describe('Only these'),
    limit: pageInput.limit,
    cursor,
  }),
  output: page(SupportAccess),
  errors: {},
  example: { input: { organizationId: ids.organizationId }, output: { data: [example], nextCursor: null } },
});

export const revokeSupportAccess = command({
  subject: 'rpc.identity.support_access.revoke.v1',
  http: { method: 'DELETE', path: '/v1/organizations/:organizationId/support-accesses/:supportAccessId', status: 204 },
  access: 'support:grant',
  summary: 'End a support access at once; whoever of the staff is in, is out',
  description:
    'For whoever gave it and whoever manages; to others it does not exist. Revoking what has ended changes nothing.',
  input: z.object({ organizationId, supportAccessId }),
  output: z.object({}),
  errors: notFound,
  example: { input: { organizationId: ids.organizationId, supportAccessId: ids.supportAccessId }, output: {} },
});

export const listSupportActions = query({
  subject: 'rpc.identity.support_action.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/support-accesses/:supportAccessId/actions' },
  access: 'support:grant',
  summary: 'What the staff did under a support access, reads too, newest first',
  description:
    'For whoever gave it and whoever manages; to others it does not exist. Each action is put on record before it is done, and nobody changes the record.',
  input: z.object({
    organizationId,
    supportAccessId,
    limit: pageInput.limit,
    cursor: z
      .string()
      .regex(/^\d{1,15}$/)
      .optional()
      .describe('`nextCursor` of the page before'),
  }),
  output: page(
    z.object({
      accountId: accountId.describe('The member of staff'),
      name: Name,
      ticket: Ticket.nullable(),
      subject: z.string().describe('What was asked for: the subject of its contract'),
      about: z.array(z.string()).describe('Ids that the request named'),
      requestId: z.string(),
      at: Instant,
    }),
  ),
  errors: notFound,
  example: {
    input: { organizationId: ids.organizationId, supportAccessId: ids.supportAccessId },
    output: {
      data: [
        {
          accountId: ids.accountId,
          name: 'Sam Support',
          ticket: 'T-4711',
          subject: 'rpc.products.product.get.v1',
          about: [ids.productId],
          requestId: '5f0c',
          at: '2026-01-31T09:05:00.000Z',
        },
      ],
      nextCursor: null,
    },
  },
});

export const listLiveSupportAccesses = query({
  subject: 'rpc.identity.support_access.list_live.v1',
  http: { method: 'GET', path: '/v1/staff/support-accesses' },
  access: 'staff',
  summary: 'What customers have opened to the staff at this moment, newest first',
  input: z.object({ limit: pageInput.limit, cursor }),
  output: page(
    z.object({
      id: supportAccessId,
      organizationId,
      organizationName: Name,
      ...scope,
      endsAt: Instant,
      isEntered: z.boolean().describe('Whether I am in the organization under it'),
    }),
  ),
  errors: {},
  example: {
    input: {},
    output: {
      data: [
        {
          id: ids.supportAccessId,
          organizationId: ids.organizationId,
          organizationName: 'Alpine Rescue',
          ...exampleScope,
          endsAt,
          isEntered: false,
        },
      ],
      nextCursor: null,
    },
  },
});

const entry = { organizationId, supportAccessId, level: SupportLevel, endsAt: Instant };
const exampleEntry = {
  organizationId: ids.organizationId,
  supportAccessId: ids.supportAccessId,
  level: 'write' as const,
  endsAt,
};

export const enterSupportAccess = command({
  subject: 'rpc.identity.support_access.enter.v1',
  http: { method: 'PUT', path: '/v1/staff/support-accesses/:supportAccessId/entry' },
  access: 'staff',
  summary: 'Enter an organization under an access that it granted',
  description:
    'From then on until leaving, or until the access ends, requests to the organization are answered within the access; each is put on record for the customer. Entering twice changes nothing.',
  input: z.object({ supportAccessId }),
  output: z.object(entry),
  errors: notFound,
  example: { input: { supportAccessId: ids.supportAccessId }, output: exampleEntry },
});

export const leaveSupportAccess = command({
  subject: 'rpc.identity.support_access.leave.v1',
  http: { method: 'DELETE', path: '/v1/staff/support-accesses/:supportAccessId/entry', status: 204 },
  access: 'staff',
  summary: 'Leave an organization',
  description: 'Leaving twice changes nothing. What one never entered does not exist.',
  input: z.object({ supportAccessId }),
  output: z.object({}),
  errors: notFound,
  example: { input: { supportAccessId: ids.supportAccessId }, output: {} },
});

/** The doors of every service ask for it before they let a member of staff do something under an access. */
export const recordSupportAction = command({
  subject: 'rpc.identity.support_action.record.v1',
  access: 'service',
  summary: 'Put on record what a member of the staff is about to do under support accesses',
  input: z.object({
    organizationId,
    accountId: accountId.describe('The member of staff'),
    supportAccessIds: z.array(supportAccessId).min(1).max(20).describe('The accesses that let them do it'),
    subject: z.string().max(200),
    about: z.array(z.string().max(100)).max(20),
  }),
  output: z.object({
    supportAccessIds: z
      .array(supportAccessId)
      .describe(
        'Those of them under which they are in the organization at this moment: it is on record under each. None: it is not to be done',
      ),
  }),
  errors: {},
  example: {
    input: {
      organizationId: ids.organizationId,
      accountId: ids.accountId,
      supportAccessIds: [ids.supportAccessId],
      subject: 'rpc.products.product.get.v1',
      about: [ids.productId],
    },
    output: { supportAccessIds: [ids.supportAccessId] },
  },
});

const eventIds = { organizationId, supportAccessId };
const exampleEventData = { organizationId: ids.organizationId, supportAccessId: ids.supportAccessId };
const entryEventData = { ...eventIds, accountId: accountId.describe('The member of staff') };

export const supportAccessGranted = event({
  subject: 'evt.identity.support_access.granted.v1',
  summary: "A customer opened the organization, or products of it, to the provider's staff",
  entity: 'supportAccessId',
  data: z.object({
    ...eventIds,
    accountId: accountId.describe('Who gave it'),
    level: SupportLevel,
    withContent: z.boolean(),
    productIds: z.array(idSchema('prd')).nullable(),
    endsAt: Instant,
  }),
  example: {
    ...exampleEventData,
    accountId: ids.accountId,
    level: 'write',
    withContent: false,
    productIds: [ids.productId],
    endsAt,
  },
});

export const supportAccessEntered = event({
  subject: 'evt.identity.support_access.entered.v1',
  summary: 'A member of the staff entered an organization under an access',
  entity: 'supportAccessId',
  data: z.object(entryEventData),
  invalidatesAccess: 'people',
  example: { ...exampleEventData, accountId: ids.accountId },
});

export const supportAccessLeft = event({
  subject: 'evt.identity.support_access.left.v1',
  summary: 'A member of the staff left an organization',
  entity: 'supportAccessId',
  data: z.object(entryEventData),
  invalidatesAccess: 'people',
  example: { ...exampleEventData, accountId: ids.accountId },
});

export const supportAccessEnded = event({
  subject: 'evt.identity.support_access.ended.v1',
  summary: 'A support access was revoked, or its time is over; whoever was in is out',
  entity: 'supportAccessId',
  data: z.object({ ...eventIds, cause: z.enum(['revoked', 'expired']) }),
  invalidatesAccess: 'people',
  example: { ...exampleEventData, cause: 'revoked' },
});
