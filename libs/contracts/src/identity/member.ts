import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { snapshotInput, snapshotOutput, exampleCompleteSnapshot } from '../access-snapshot.ts';
import { idSchema } from '../id.ts';
import { ifMatch } from '../if-match.ts';
import { Right } from '../products/product-snapshot.ts';
import { Email, Instant, Locale, Name, page, pageErrors, pageInput } from '../values.ts';

const organizationId = idSchema('org');
const memberId = idSchema('mem');
const accountId = idSchema('acc');
const ids = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  memberId: 'mem_01je5nryg0fgz9y05x3mqpmjrg',
  accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
};

export const MemberRole = z
  .enum(['legal_representative', 'administrator', 'collaborator', 'external'])
  .meta({ id: 'MemberRole', description: 'Role of a member, or external' });
/** The level of a support access: staff can read, or read and change (SUP-3). */
export const SupportLevel = z.enum(['read', 'write']).meta({ id: 'SupportLevel' });
/** Flags independent of the role (ROL-2). */
export const MemberFlag = z
  .enum(['billing.view', 'billing.pay', 'reminders.email', 'reminders.sms', 'productEvents'])
  .meta({ id: 'MemberFlag' });

export const Member = z
  .object({
    id: memberId,
    accountId,
    name: Name,
    email: Email,
    role: MemberRole,
    offeredRole: MemberRole.nullable().describe('A role that the person has not accepted yet'),
    flags: z.array(MemberFlag),
    isBlocked: z.boolean(),
    version: z.int().describe('Version for the If-Match header'),
    createdAt: Instant,
  })
  .meta({ id: 'Member', description: 'A person of an organization' });

const ListedMember = Member.partial({ offeredRole: true, flags: true, isBlocked: true, version: true }).meta({
  id: 'ListedMember',
  description:
    'A person of an organization. Only managers and the person see `flags`, `offeredRole`, `isBlocked` and ' +
    '`version`. An API token of a manager shows these fields of other people only with the scope `member:manage`',
});

const example = {
  id: ids.memberId,
  accountId: ids.accountId,
  name: 'Anna Keller',
  email: 'anna@example.ch',
  role: 'administrator' as const,
  offeredRole: null,
  flags: ['billing.view' as const, 'billing.pay' as const, 'reminders.email' as const],
  isBlocked: false,
  version: 1,
  createdAt: '2026-01-31T09:00:00.000Z',
};

export const lastLegalRepresentativeErrors = {
  LAST_LEGAL_REPRESENTATIVE: {
    status: 409,
    title: 'An organization needs a legal representative who can act',
  },
} as const;
const memberNotFoundErrors = {
  MEMBER_NOT_FOUND: { status: 404, title: 'There is no such person in the organization' },
} as const;

export const listMembers = query({
  subject: 'rpc.identity.member.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/members' },
  access: 'member:read',
  summary: 'List the people of an organization that I may see, in the order in which they joined',
  description:
    'Managers see all people. Other members see the legal representatives, the administrators and the people of ' +
    'their teams; externals see the legal representatives, the administrators and the leads of their teams.',
  input: z.object({ organizationId, ...pageInput }),
  output: page(ListedMember),
  errors: pageErrors,
  example: { input: { organizationId: ids.organizationId }, output: { data: [example], nextCursor: null } },
});

export const changeMember = command({
  subject: 'rpc.identity.member.change.v1',
  http: { method: 'PATCH', path: '/v1/organizations/:organizationId/members/:memberId' },
  access: 'member:manage',
  requiresRecentSignIn: true,
  summary: 'Change the role or the flags of a person',
  description:
    'The role of a legal representative takes effect when the person accepts it. The response has an ETag; If-Match ' +
    'rejects the change when the person was changed meanwhile.',
  input: z.object({
    organizationId,
    memberId,
    role: MemberRole.optional(),
    flags: z.array(MemberFlag).max(5).optional(),
    isBlocked: z.boolean().optional(),
    ifMatch,
  }),
  output: Member,
  errors: {
    ...memberNotFoundErrors,
    ...lastLegalRepresentativeErrors,
    ROLE_RESERVED: {
      status: 403,
      title: 'Only a legal representative can appoint, change or remove a legal representative',
    },
    FLAG_NOT_ALLOWED: { status: 422, title: 'An external cannot have this flag' },
    MEMBERSHIP_REQUIRED_FIRST: { status: 409, title: 'An external must become a member first' },
    REMINDERS_REQUIRED: { status: 409, title: 'The only legal representative cannot switch off their reminders' },
  },
  example: {
    input: { organizationId: ids.organizationId, memberId: ids.memberId, role: 'collaborator' },
    output: { ...example, role: 'collaborator' },
  },
});

export const acceptRole = command({
  subject: 'rpc.identity.member.accept_role.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/members/:memberId/accept-role' },
  access: 'membership:decide',
  requiresRecentSignIn: true,
  summary: 'Accept the role that was offered to me',
  input: z.object({ organizationId, memberId }),
  output: Member,
  errors: {
    ...memberNotFoundErrors,
    ROLE_NOT_OFFERED: { status: 409, title: 'No role is offered to this person' },
    ROLE_OFFER_LAPSED: { status: 409, title: 'The person who offered the role has lost the permission to give it' },
  },
  example: {
    input: { organizationId: ids.organizationId, memberId: ids.memberId },
    output: { ...example, role: 'legal_representative' },
  },
});

export const removeMember = command({
  subject: 'rpc.identity.member.remove.v1',
  http: { method: 'DELETE', path: '/v1/organizations/:organizationId/members/:memberId', status: 204 },
  access: 'membership:decide',
  requiresRecentSignIn: true,
  summary: 'Remove a person, or leave the organization',
  description:
    'Managers can remove other people; everybody can leave. The team memberships and grants of the person end.',
  input: z.object({ organizationId, memberId, ifMatch }),
  output: z.object({}),
  errors: {
    ...memberNotFoundErrors,
    ...lastLegalRepresentativeErrors,
    ROLE_RESERVED: { status: 403, title: 'Only a legal representative can remove a legal representative' },
  },
  example: { input: { organizationId: ids.organizationId, memberId: ids.memberId }, output: {} },
});

/**
 * A member of staff who has entered the organization under a support access. When an entry changes, `changed` of the
 * snapshot contains the id of the support access.
 */
export const SupportEntry = z.object({
  supportAccessId: idSchema('sup'),
  accountId: accountId.describe('The member of staff'),
  level: SupportLevel,
  withContent: z.boolean().describe('True when content may be read too'),
  products: z
    .array(z.object({ productId: idSchema('prd'), ownershipNumber: z.int().min(1) }))
    .nullable()
    .describe('The products of the access, each in one ownership period only; null for the whole organization'),
  grantedByMemberId: memberId.describe(
    'The giver. The access has no effect while the giver is not active. It covers only products on which the giver ' +
      'has a right; a manager has rights on all products',
  ),
  endsAt: Instant,
});

/** The part of the access snapshot that identity owns. */
export const MemberSnapshot = z.object({
  ...snapshotOutput,
  people: z.array(
    z.object({
      accountId,
      memberId,
      role: MemberRole,
      flags: z.array(MemberFlag),
      isBlocked: z.boolean(),
      lacksSecondFactor: z
        .literal(true)
        .optional()
        .describe('The person lacks the second factor that the organization requires, and has no rights in it'),
    }),
  ),
  support: z
    .array(SupportEntry)
    .describe('Members of staff who have entered the organization under a support access; on the first page only'),
});
export type MemberSnapshot = z.output<typeof MemberSnapshot>;

export const getMemberSnapshot = query({
  subject: 'rpc.identity.member.get_snapshot.v1',
  access: 'service',
  callers: 'every_service',
  isForAccess: true,
  hasUncheckedOutput: true,
  summary: 'Get the people of an organization, for access checks',
  input: z.object(snapshotInput),
  output: MemberSnapshot,
  errors: {},
  example: {
    input: { organizationId: ids.organizationId },
    output: {
      ...exampleCompleteSnapshot,
      people: [
        { accountId: ids.accountId, memberId: ids.memberId, role: 'administrator', flags: [], isBlocked: false },
      ],
      support: [],
    },
  },
});

export const listRecipients = query({
  subject: 'rpc.identity.member.list_recipients.v1',
  access: 'service',
  callers: ['teams', 'reminders', 'search'],
  summary: 'List the possible recipients of messages to an organization, with their roles and flags',
  input: z.object({ organizationId }),
  output: z.object({
    data: z.array(
      z.object({
        accountId,
        name: Name,
        email: Email,
        locale: Locale,
        role: MemberRole,
        flags: z.array(MemberFlag),
        isBlocked: z.boolean(),
      }),
    ),
  }),
  errors: {},
  example: {
    input: { organizationId: ids.organizationId },
    output: {
      data: [
        {
          accountId: ids.accountId,
          name: 'Anna Keller',
          email: 'anna@example.ch',
          locale: 'de',
          role: 'administrator',
          flags: ['reminders.email'],
          isBlocked: false,
        },
      ],
    },
  },
});

const memberEventData = { organizationId, memberId, accountId };

export const memberAdded = event({
  subject: 'evt.identity.member.added.v1',
  summary: 'A person joined an organization',
  entity: 'memberId',
  data: z.object({
    ...memberEventData,
    role: MemberRole,
    invitationId: idSchema('ivt').nullable(),
    invitedBy: accountId.nullable().optional().describe('The person who sent the invitation last'),
    teamIds: z.array(idSchema('team')),
  }),
  invalidatesAccess: 'people',
  example: { ...ids, role: 'collaborator', invitationId: null, invitedBy: null, teamIds: [] },
});

export const membersRetained = event({
  subject: 'evt.identity.member.retained.v1',
  summary: 'The retained users of a received product became people of the organization',
  entity: 'transferId',
  data: z.object({
    organizationId,
    transferId: idSchema('trf'),
    productId: idSchema('prd'),
    ownershipNumber: z.int().min(1).describe('The ownership period that started with the transfer'),
    retainedRight: Right.describe('The right of the retained users'),
    retained: z.array(
      z.object({
        accountId,
        memberId,
        endsAt: Instant.nullable().describe('End of the access; null without an end'),
      }),
    ),
  }),
  example: {
    organizationId: ids.organizationId,
    transferId: 'trf_01je5nryg0fgz9y05x3mqpmjrg',
    productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
    ownershipNumber: 1,
    retainedRight: 'user',
    retained: [{ accountId: ids.accountId, memberId: ids.memberId, endsAt: null }],
  },
});

export const memberChanged = event({
  subject: 'evt.identity.member.changed.v1',
  summary: 'The role, flags or block of a person changed',
  entity: 'memberId',
  data: z.object({
    ...memberEventData,
    before: z.object({ role: MemberRole, flags: z.array(MemberFlag), isBlocked: z.boolean() }),
    after: z.object({ role: MemberRole, flags: z.array(MemberFlag), isBlocked: z.boolean() }),
  }),
  invalidatesAccess: 'people',
  example: {
    ...ids,
    before: { role: 'administrator', flags: [], isBlocked: false },
    after: { role: 'collaborator', flags: [], isBlocked: false },
  },
});

export const memberRoleOffered = event({
  subject: 'evt.identity.member.role_offered.v1',
  summary: 'A role was offered to a person',
  entity: 'memberId',
  data: z.object({ ...memberEventData, role: MemberRole }),
  example: { ...ids, role: 'legal_representative' },
});

export const memberRemoved = event({
  subject: 'evt.identity.member.removed.v1',
  summary: 'A person left or was removed from an organization',
  entity: 'memberId',
  data: z.object({ ...memberEventData, role: MemberRole }),
  invalidatesAccess: 'people',
  example: { ...ids, role: 'collaborator' },
});

export const memberSecondFactorChanged = event({
  subject: 'evt.identity.member.second_factor_changed.v1',
  summary: 'A person set up or removed a second factor that their organization requires',
  entity: 'memberId',
  data: z.object({ ...memberEventData, lacksSecondFactor: z.boolean() }),
  invalidatesAccess: 'people',
  example: { ...ids, lacksSecondFactor: false },
});
