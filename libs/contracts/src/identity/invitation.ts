import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Email, Instant, Locale, Name, page, pageErrors, pageInput, text } from '../values.ts';
import { NewAccountPassword, passwordErrors } from './account.ts';
import { MemberFlag, MemberRole } from './member.ts';

const organizationId = idSchema('org');
const invitationId = idSchema('ivt');
const ids = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', invitationId: 'ivt_01je5nryg0fgz9y05x3mqpmjrg' };

export const InvitationStatus = z.enum(['open', 'accepted', 'declined', 'cancelled', 'expired']);

export const Invitation = z
  .object({
    id: invitationId,
    email: Email,
    role: MemberRole,
    flags: z.array(MemberFlag),
    teamIds: z.array(idSchema('team')),
    isBoundToAddress: z.boolean().describe('True when only the account of this mail address can accept'),
    status: InvitationStatus,
    expiresAt: Instant,
    createdAt: Instant,
  })
  .meta({ id: 'Invitation' });

export const OwnInvitation = z
  .object({
    organizationName: Name,
    inviterEmail: Email,
    role: MemberRole,
    expiresAt: Instant,
    token: z.string().describe('The token of the link, with which the person accepts or declines'),
  })
  .meta({ id: 'OwnInvitation', description: 'An open invitation for the mail address of the account' });

const example = {
  id: ids.invitationId,
  email: 'ben@example.ch',
  role: 'collaborator' as const,
  flags: [],
  teamIds: [],
  isBoundToAddress: true,
  status: 'open' as const,
  expiresAt: '2026-03-02T09:00:00.000Z',
  createdAt: '2026-01-31T09:00:00.000Z',
};
const notFoundErrors = { INVITATION_NOT_FOUND: { status: 404, title: 'There is no such invitation' } } as const;
const memberExistsError = { status: 409, title: 'This person already belongs to the organization' } as const;
const mailLimitErrors = {
  INVITATION_LIMITED: { status: 429, title: 'Too many invitation mails were sent: wait' },
} as const;
const roleReservedErrors = {
  ROLE_RESERVED: {
    status: 403,
    title: 'Only a legal representative can invite a legal representative, or resend or cancel such an invitation',
  },
} as const;

export const inviteMember = command({
  subject: 'rpc.identity.invitation.create.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/invitations', status: 201 },
  access: 'member:manage',
  requiresRecentSignIn: true,
  summary: 'Invite a person',
  description:
    'The mail contains a link for this address, valid for 30 days, or 7 days for legal representatives and ' +
    'administrators. At the acceptance, the person joins the listed teams. Nobody joins a deleted team, and ' +
    'externals do not join a members-only team: the inviter is notified of these teams. The number of mails is ' +
    'limited per address, sender, organization and network.',
  input: z.object({
    organizationId,
    email: Email,
    role: MemberRole,
    flags: z.array(MemberFlag).max(5).default([]),
    teamIds: z.array(idSchema('team')).max(100).default([]),
    locale: Locale.default('en'),
    isBoundToAddress: z
      .boolean()
      .default(true)
      .describe('False lets a person who has the link accept with an account of another mail address'),
  }),
  output: Invitation,
  errors: {
    ...roleReservedErrors,
    MEMBER_EXISTS: memberExistsError,
    INVITATION_OPEN: { status: 409, title: 'There is an open invitation for this address' },
    FLAG_NOT_ALLOWED: { status: 422, title: 'An external cannot have this flag' },
    TEAM_NOT_FOUND: { status: 404, title: 'There is no such team' },
    ...mailLimitErrors,
  },
  example: {
    input: { organizationId: ids.organizationId, email: 'ben@example.ch', role: 'collaborator' },
    output: example,
  },
});

export const listInvitations = query({
  subject: 'rpc.identity.invitation.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/invitations' },
  access: 'member:manage',
  summary: 'List the invitations of an organization, newest first',
  input: z.object({ organizationId, ...pageInput }),
  output: page(Invitation),
  errors: pageErrors,
  example: { input: { organizationId: ids.organizationId }, output: { data: [example], nextCursor: null } },
});

export const cancelInvitation = command({
  subject: 'rpc.identity.invitation.cancel.v1',
  http: { method: 'DELETE', path: '/v1/organizations/:organizationId/invitations/:invitationId', status: 204 },
  access: 'member:manage',
  summary: 'Cancel an invitation',
  input: z.object({ organizationId, invitationId }),
  output: z.object({}),
  errors: {
    ...notFoundErrors,
    ...roleReservedErrors,
    INVITATION_NOT_OPEN: { status: 409, title: 'The invitation is no longer open' },
  },
  example: { input: ids, output: {} },
});

export const resendInvitation = command({
  subject: 'rpc.identity.invitation.resend.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/invitations/:invitationId/resend', status: 202 },
  access: 'member:manage',
  requiresRecentSignIn: true,
  summary: 'Send an invitation again; the old link becomes invalid',
  input: z.object({ organizationId, invitationId }),
  output: Invitation,
  errors: {
    ...notFoundErrors,
    ...roleReservedErrors,
    INVITATION_NOT_OPEN: { status: 409, title: 'The invitation is no longer open' },
    ...mailLimitErrors,
  },
  example: { input: ids, output: example },
});

const token = text(500).min(1);
const tokenErrors = {
  INVITATION_TOKEN_INVALID: { status: 422, title: 'The link is wrong, or was replaced, used or cancelled' },
} as const;

export const acceptInvitation = command({
  subject: 'rpc.identity.invitation.accept.v1',
  http: { method: 'POST', path: '/v1/invitations/accept' },
  access: 'public',
  summary: 'Accept an invitation with the token from the mail',
  description:
    'If the address has an account, its owner must be signed in; otherwise the response has the status 401. If the ' +
    'address has no account, a call without a sign-in creates the account with the name and the password. A person ' +
    'who is signed in with another address can accept only an invitation that is not bound to its address. The ' +
    'sign-in must be at most 10 minutes old, because `listMyInvitations` returns the tokens of open invitations; ' +
    'otherwise the response has the status 401 with `INSUFFICIENT_USER_AUTHENTICATION`. A ' +
    'repeated call of the person who accepted returns the same result.',
  input: z.object({
    token,
    name: Name.optional(),
    password: NewAccountPassword.optional(),
    locale: Locale.optional(),
  }),
  output: z.object({ accountId: idSchema('acc'), organizationId, memberId: idSchema('mem') }),
  errors: {
    ...tokenErrors,
    INVITATION_FOR_ANOTHER_ADDRESS: {
      status: 403,
      title: 'The invitation is for another mail address than the one of your account',
    },
    INVITATION_EXPIRED: { status: 410, title: 'The invitation has expired' },
    INVITER_NOT_ALLOWED: { status: 409, title: 'The inviter has lost the permission to invite' },
    MEMBER_EXISTS: memberExistsError,
    ACCOUNT_DETAILS_REQUIRED: {
      status: 422,
      title: 'This address has no account: a name and a password are required',
    },
    ...passwordErrors,
  },
  example: {
    input: { token: 'aXZ0XzAx…', name: 'Ben Rossi', password: 'correct horse battery staple' },
    output: {
      accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
      organizationId: ids.organizationId,
      memberId: 'mem_01je5nryg0fgz9y05x3mqpmjrg',
    },
  },
});

export const declineInvitation = command({
  subject: 'rpc.identity.invitation.decline.v1',
  http: { method: 'POST', path: '/v1/invitations/decline', status: 204 },
  access: 'public',
  summary: 'Decline an invitation with the token from the mail',
  description: 'No account is needed. The link becomes invalid. A repeated call changes nothing.',
  input: z.object({ token }),
  output: z.object({}),
  errors: tokenErrors,
  example: { input: { token: 'aXZ0XzAx…' }, output: {} },
});

export const listMyInvitations = query({
  subject: 'rpc.identity.invitation.list_own.v1',
  http: { method: 'GET', path: '/v1/me/invitations' },
  access: 'account',
  summary: 'List the open invitations for my mail address, newest first',
  description: 'The person accepts or declines an invitation with its token.',
  input: z.object(pageInput),
  output: page(OwnInvitation),
  errors: pageErrors,
  example: {
    input: {},
    output: {
      data: [
        {
          organizationName: 'Alpine Rescue',
          inviterEmail: 'anna@example.ch',
          role: 'collaborator',
          expiresAt: example.expiresAt,
          token: 'aXZ0XzAx…',
        },
      ],
      nextCursor: null,
    },
  },
});

export const getInvitationMail = query({
  subject: 'rpc.identity.invitation.get_mail.v1',
  access: 'service',
  callers: ['reminders'],
  summary: 'Get the content of the mail with an invitation',
  input: z.object({ organizationId, invitationId }),
  output: z.object({
    email: Email,
    locale: Locale,
    organizationName: Name,
    inviterEmail: Email,
    isBoundToAddress: z.boolean(),
    role: MemberRole,
    token: z.string(),
    expiresAt: Instant,
  }),
  errors: notFoundErrors,
  example: {
    input: ids,
    output: {
      email: 'ben@example.ch',
      locale: 'fr',
      organizationName: 'Alpine Rescue',
      inviterEmail: 'anna@example.ch',
      isBoundToAddress: true,
      role: 'collaborator',
      token: 'aXZ0XzAx…',
      expiresAt: '2026-03-02T09:00:00.000Z',
    },
  },
});

const invitationEventData = z.object({ organizationId, invitationId });

export const invitationSent = event({
  subject: 'evt.identity.invitation.sent.v1',
  summary: 'An invitation was sent, or sent again',
  entity: 'invitationId',
  data: invitationEventData.extend({
    generation: z.int().describe('Counts the links of the invitation; only the newest link is valid'),
  }),
  example: { ...ids, generation: 1 },
});

export const invitationCancelled = event({
  subject: 'evt.identity.invitation.cancelled.v1',
  summary: 'An invitation was cancelled',
  entity: 'invitationId',
  data: invitationEventData,
  example: ids,
});

export const invitationDeclined = event({
  subject: 'evt.identity.invitation.declined.v1',
  summary: 'The invited person declined an invitation',
  entity: 'invitationId',
  data: invitationEventData,
  example: ids,
});
