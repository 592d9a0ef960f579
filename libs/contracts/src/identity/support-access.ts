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

const Reason = text(1_000).min(1).describe('Reason, in the words of the giver');
const Ticket = text(100).min(1).describe('Ticket number at the provider');
const cursor = supportAccessId.optional().describe('`nextCursor` of the previous page');

export const SupportAccessStatus = z.enum(['live', 'revoked', 'expired']).meta({ id: 'SupportAccessStatus' });

export const SupportAccessProducts = z
  .array(z.object({ productId: idSchema('prd'), name: z.string().describe('Name at the time of the grant') }))
  .nullable()
  .describe('Null for the whole organization');

const accessFields = {
  level: SupportLevel,
  withContent: z
    .boolean()
    .describe('True when content (mail, files, contacts, calendars) that the giver may read may be read too'),
  products: SupportAccessProducts,
  reason: Reason,
  ticket: Ticket.nullable(),
};

export const SupportAccess = z
  .object({
    id: supportAccessId,
    ...accessFields,
    status: SupportAccessStatus,
    givenBy: z.object({ accountId, name: Name }),
    givenAt: Instant,
    endsAt: Instant,
    endedAt: Instant.nullable().describe('Time of the revocation or expiry'),
    endedBy: accountId.nullable().describe('The account that revoked the access'),
    entries: z
      .array(
        z.object({
          accountId: accountId.describe('The member of staff'),
          name: Name,
          enteredAt: Instant,
          leftAt: Instant.nullable(),
          actionCount: z.int().describe('Number of recorded actions; `listSupportActions` returns the actions'),
        }),
      )
      .describe('The last hundred entries of staff, newest first'),
  })
  .meta({ id: 'SupportAccess', description: 'Time-boxed permission that the customer gives to the provider’s staff' });

const exampleFields = {
  level: 'write' as const,
  withContent: false,
  products: [{ productId: ids.productId, name: 'alpine.example' }],
  reason: 'The site answers with an error',
  ticket: 'T-4711',
};
const example = {
  id: ids.supportAccessId,
  ...exampleFields,
  status: 'live' as const,
  givenBy: { accountId: ids.accountId, name: 'Anna Keller' },
  givenAt,
  endsAt,
  endedAt: null,
  endedBy: null,
  entries: [{ accountId: ids.accountId, name: 'Sam Support', enteredAt: givenAt, leftAt: null, actionCount: 3 }],
};
const notFoundErrors = { SUPPORT_ACCESS_NOT_FOUND: { status: 404, title: 'There is no such support access' } } as const;

export const grantSupportAccess = command({
  subject: 'rpc.identity.support_access.grant.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/support-accesses', status: 201 },
  access: 'support:grant',
  requiresRecentSignIn: true,
  summary: 'Give the provider’s staff access for a limited time',
  description:
    'A support access gives only rights that its giver has at the time of use. Managers have no right to the content ' +
    'of other people by their role, so a support access with content gives only content that its giver may read. ' +
    'A collaborator can give access only to listed products on which they have a right, and not to content.',
  input: z.object({
    organizationId,
    level: SupportLevel,
    withContent: z
      .boolean()
      .default(false)
      .describe('Allows reading the content (mail, files, contacts, calendars) that the giver may read'),
    productIds: z.array(idSchema('prd')).min(1).max(100).nullable().describe('Null for the whole organization'),
    hours: z.int().min(1).max(720).describe('Duration, one hour to thirty days'),
    reason: Reason,
    ticket: Ticket.nullable().default(null),
  }),
  output: SupportAccess,
  errors: {
    PRODUCT_NOT_FOUND: { status: 404, title: 'There is no such product' },
    SUPPORT_ACCESS_TOO_WIDE: {
      status: 403,
      title: 'Only managers can give access to the whole organization or to content',
    },
  },
  example: {
    input: {
      organizationId: ids.organizationId,
      level: 'write',
      productIds: [ids.productId],
      hours: 24,
      reason: exampleFields.reason,
      ticket: exampleFields.ticket,
    },
    output: { ...example, entries: [] },
  },
});

export const listSupportAccesses = query({
  subject: 'rpc.identity.support_access.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/support-accesses' },
  access: 'support:grant',
  summary: 'List live and past support accesses with their entries, newest first',
  description: 'Managers see all accesses. A collaborator sees only the accesses that they gave.',
  input: z.object({
    organizationId,
    status: z.enum(['live', 'past']).optional().describe('Filter by status'),
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
  summary: 'End a support access and its entries immediately',
  description:
    'Only the giver and managers can revoke the access; other people get the error SUPPORT_ACCESS_NOT_FOUND. ' +
    'Revoking an ended access changes nothing.',
  input: z.object({ organizationId, supportAccessId }),
  output: z.object({}),
  errors: notFoundErrors,
  example: { input: { organizationId: ids.organizationId, supportAccessId: ids.supportAccessId }, output: {} },
});

export const listSupportActions = query({
  subject: 'rpc.identity.support_action.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/support-accesses/:supportAccessId/actions' },
  access: 'support:grant',
  summary: 'List the actions of staff under a support access, including reads, newest first',
  description:
    'Only the giver and managers can list the actions; other people get the error SUPPORT_ACCESS_NOT_FOUND. ' +
    'Each action is recorded before it is executed, and the records cannot be changed.',
  input: z.object({
    organizationId,
    supportAccessId,
    limit: pageInput.limit,
    cursor: z
      .string()
      .regex(/^\d{1,15}$/)
      .optional()
      .describe('`nextCursor` of the previous page'),
  }),
  output: page(
    z.object({
      accountId: accountId.describe('The member of staff'),
      name: Name,
      ticket: Ticket.nullable(),
      subject: z.string().describe('Subject of the requested contract'),
      about: z.array(z.string()).describe('Ids in the request'),
      requestId: z.string(),
      at: Instant,
    }),
  ),
  errors: notFoundErrors,
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
  summary: 'List the live support accesses of all customers, newest first',
  input: z.object({ limit: pageInput.limit, cursor }),
  output: page(
    z.object({
      id: supportAccessId,
      organizationId,
      organizationName: Name,
      ...accessFields,
      endsAt: Instant,
      isEntered: z.boolean().describe('True when I have entered the organization'),
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
          ...exampleFields,
          endsAt,
          isEntered: false,
        },
      ],
      nextCursor: null,
    },
  },
});

const entryFields = { organizationId, supportAccessId, level: SupportLevel, endsAt: Instant };
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
  requiresRecentSignIn: true,
  summary: 'Enter an organization under a support access',
  description:
    'Until you leave or the access ends, the access authorizes your requests to the organization, and each request ' +
    'is recorded for the customer. Entering twice changes nothing.',
  input: z.object({ supportAccessId }),
  output: z.object(entryFields),
  errors: notFoundErrors,
  example: { input: { supportAccessId: ids.supportAccessId }, output: exampleEntry },
});

export const leaveSupportAccess = command({
  subject: 'rpc.identity.support_access.leave.v1',
  http: { method: 'DELETE', path: '/v1/staff/support-accesses/:supportAccessId/entry', status: 204 },
  access: 'staff',
  summary: 'Leave an organization',
  description: 'Leaving twice changes nothing. You get an error for an access that you never entered.',
  input: z.object({ supportAccessId }),
  output: z.object({}),
  errors: notFoundErrors,
  example: { input: { supportAccessId: ids.supportAccessId }, output: {} },
});

/** The request pipeline of every service calls this command before it executes a request of staff. */
export const recordSupportAction = command({
  subject: 'rpc.identity.support_action.record.v1',
  access: 'service',
  callers: 'every_service',
  summary: 'Record an action of staff before it is executed',
  input: z.object({
    organizationId,
    accountId: accountId.describe('The member of staff'),
    supportAccessIds: z.array(supportAccessId).min(1).max(20).describe('The accesses that authorize the action'),
    subject: z.string().max(200),
    about: z.array(z.string().max(100)).max(20),
  }),
  output: z.object({
    supportAccessIds: z
      .array(supportAccessId)
      .describe(
        'The currently entered accesses, under which the action is recorded. If empty, the action must not be executed',
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
  summary: 'A customer gave the provider’s staff access to the organization or to products',
  entity: 'supportAccessId',
  data: z.object({
    ...eventIds,
    accountId: accountId.describe('The giver'),
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
  summary: 'A member of staff entered an organization',
  entity: 'supportAccessId',
  data: z.object(entryEventData),
  invalidatesAccess: 'people',
  example: { ...exampleEventData, accountId: ids.accountId },
});

export const supportAccessLeft = event({
  subject: 'evt.identity.support_access.left.v1',
  summary: 'A member of staff left an organization',
  entity: 'supportAccessId',
  data: z.object(entryEventData),
  invalidatesAccess: 'people',
  example: { ...exampleEventData, accountId: ids.accountId },
});

export const supportAccessEnded = event({
  subject: 'evt.identity.support_access.ended.v1',
  summary: 'A support access was revoked or expired, and its entries ended',
  entity: 'supportAccessId',
  data: z.object({ ...eventIds, cause: z.enum(['revoked', 'expired']) }),
  invalidatesAccess: 'people',
  example: { ...exampleEventData, cause: 'revoked' },
});
