import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { ifMatch } from '../if-match.ts';
import { shortPageDescription, Instant, Name, page, pageErrors, pageInput } from '../values.ts';
import { Right } from '../products/product-snapshot.ts';
import { GrantObject } from './grant-snapshot.ts';
import { Grant } from './grant.ts';

const organizationId = idSchema('org');
const teamId = idSchema('team');
const accountId = idSchema('acc');
const ids = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  teamId: 'team_01je5nryg0fgz9y05x3mqpmjrg',
  accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
};

export const Colour = z
  .enum(['red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple', 'pink', 'grey'])
  .meta({ id: 'Colour' });

export const Team = z
  .object({
    id: teamId,
    name: Name,
    colour: Colour,
    parentId: teamId.nullable(),
    parentEndsAt: Instant.nullable().describe('When the team leaves its parent'),
    isMembersOnly: z
      .boolean()
      .describe('True when grants of the team do not apply to externals, and no externals can be added'),
    leadAccountId: accountId.nullable(),
    memberAccountIds: z.array(accountId),
    excludedAccountIds: z
      .array(accountId)
      .describe(
        'Externals in the team or in a team nested in it to whom grants of the team or of a parent do not apply, ' +
          'because the team or the parent is members-only',
      ),
    version: z.int().describe('Version for the If-Match header'),
    createdAt: Instant,
  })
  .meta({ id: 'Team', description: 'A named, coloured group of people with rights on products' });

const example = {
  id: ids.teamId,
  name: 'Web',
  colour: 'blue' as const,
  parentId: null,
  parentEndsAt: null,
  isMembersOnly: false,
  leadAccountId: null,
  memberAccountIds: [ids.accountId],
  excludedAccountIds: [],
  version: 1,
  createdAt: '2026-01-31T09:00:00.000Z',
};
const exampleMember = { accountId: ids.accountId, startedAt: '2026-01-31T09:00:00.000Z', endsAt: null };
const notFoundErrors = { TEAM_NOT_FOUND: { status: 404, title: 'There is no such team' } } as const;
const nameErrors = {
  TEAM_NAME_TAKEN: { status: 409, title: 'A team with this name exists; case and accents are ignored' },
} as const;
const personErrors = {
  PERSON_UNKNOWN: { status: 422, title: 'This person does not belong to the organization' },
} as const;
const leadErrors = { LEAD_NOT_IN_TEAM: { status: 422, title: 'The lead must be a member of the team' } } as const;
const parentPeriodErrors = {
  PARENT_MISSING: { status: 422, title: 'Only a team with a parent can have an end of the parent period' },
  PARENT_ENDS_IN_PAST: { status: 422, title: 'The end of the parent period is in the past' },
} as const;
const membersOnlyErrors = {
  EXTERNAL_NOT_ALLOWED: { status: 422, title: 'The team is for members of the organization only' },
} as const;
const membershipEndErrors = {
  MEMBERSHIP_ENDS_IN_PAST: { status: 422, title: 'The end of the membership is in the past' },
} as const;
const nestingErrors = {
  TEAM_NESTING_TOO_DEEP: { status: 422, title: 'Teams can be nested at most ten levels deep' },
} as const;

/** The rights that a new team gets on a product, a product type or a resource. */
export const GrantRequest = z.object({
  object: GrantObject,
  rights: z.array(Right).min(1).max(20),
  endsAt: Instant.nullable().default(null),
});

export const NewMember = z.object({ accountId, endsAt: Instant.nullable().default(null) });

export const TeamMember = z
  .object({ accountId, startedAt: Instant, endsAt: Instant.nullable() })
  .meta({ id: 'TeamMember', description: 'A team member, with the start and end of the membership' });

export const createTeam = command({
  subject: 'rpc.teams.team.create.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/teams', status: 201 },
  access: 'team:manage',
  summary: 'Create a team with rights and members in one call',
  input: z.object({
    organizationId,
    name: Name,
    colour: Colour.default('grey'),
    parentId: teamId.nullable().default(null),
    parentEndsAt: Instant.nullable().default(null).describe('When the team leaves its parent'),
    isMembersOnly: z
      .boolean()
      .default(false)
      .describe('True when grants of the team do not apply to externals, and no externals can be added'),
    leadAccountId: accountId.nullable().default(null),
    accountIds: z.array(accountId).max(1_000).default([]).describe('Members without an end'),
    members: z
      .array(NewMember)
      .max(1_000)
      .default([])
      .describe('Members with an end; when a person is in both lists, the end applies'),
    grants: z
      .array(GrantRequest)
      .max(100)
      .default([])
      .describe('When a right is repeated for an object, the later end applies'),
  }),
  output: Team,
  errors: {
    ...nameErrors,
    ...personErrors,
    ...leadErrors,
    ...nestingErrors,
    ...parentPeriodErrors,
    ...membersOnlyErrors,
    ...membershipEndErrors,
    TEAM_LIMIT: { status: 409, title: 'There is the maximum number of teams: delete one first' },
    TEAM_NOT_FOUND: { status: 404, title: 'There is no such parent team' },
    PRODUCT_NOT_FOUND: { status: 404, title: 'There is no such product' },
    PRODUCT_TYPE_UNKNOWN: { status: 422, title: 'There is no such product type' },
    RESOURCE_NOT_FOUND: { status: 404, title: 'The product has no such resource' },
    RIGHT_UNKNOWN: { status: 422, title: 'Products of this type, or resources of this kind, have no such right' },
    GRANT_ENDS_IN_PAST: { status: 422, title: 'The end of the grant is in the past' },
  },
  example: {
    input: {
      organizationId: ids.organizationId,
      name: 'Web',
      colour: 'blue',
      accountIds: [ids.accountId],
      grants: [{ object: { kind: 'product_type', type: 'web_hosting' }, rights: ['technical', 'statistics'] }],
    },
    output: example,
  },
});

export const changeTeam = command({
  subject: 'rpc.teams.team.change.v1',
  http: { method: 'PATCH', path: '/v1/organizations/:organizationId/teams/:teamId' },
  access: 'team:manage',
  summary: 'Change the name, colour, lead, parent or members-only setting of a team',
  description:
    'When a team moves, its child teams move with it. A team with externals can become members-only: the ' +
    'externals stay in the team, and the response lists them as excluded. The response has an ETag; If-Match ' +
    'rejects the change when the team was changed meanwhile.',
  input: z.object({
    organizationId,
    teamId,
    name: Name.optional(),
    colour: Colour.optional(),
    parentId: teamId
      .nullable()
      .optional()
      .describe('Null for no parent. A change of the parent also removes the end of the parent period'),
    parentEndsAt: Instant.nullable().optional().describe('When the team leaves its parent; null without an end'),
    isMembersOnly: z.boolean().optional(),
    leadAccountId: accountId.nullable().optional().describe('Null for no lead'),
    ifMatch,
  }),
  output: Team,
  errors: {
    ...notFoundErrors,
    ...nameErrors,
    ...leadErrors,
    ...nestingErrors,
    ...parentPeriodErrors,
    TEAM_CYCLE: { status: 422, title: 'A team cannot be inside itself' },
  },
  example: {
    input: { organizationId: ids.organizationId, teamId: ids.teamId, colour: 'green' },
    output: { ...example, colour: 'green', version: 2 },
  },
});

export const listTeams = query({
  subject: 'rpc.teams.team.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/teams' },
  access: 'team:read',
  summary: 'List the teams of an organization, by name',
  description:
    'People who manage teams see all teams. Other people see their own teams and the parents of those ' +
    `teams, because grants of a parent team apply to them too. ${shortPageDescription}`,
  input: z.object({ organizationId, ...pageInput }),
  output: page(Team),
  errors: pageErrors,
  example: { input: { organizationId: ids.organizationId }, output: { data: [example], nextCursor: null } },
});

export const getTeam = query({
  subject: 'rpc.teams.team.get.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/teams/:teamId' },
  access: 'team:read',
  summary: 'Get a team with its members and grants; the ETag is for If-Match',
  description:
    'Available to people who manage teams, and to members of the team or of a team nested in it. Other people get ' +
    'the error TEAM_NOT_FOUND. The role of a person belongs to the organization ' +
    '(`changeMember`): a team has no roles.',
  input: z.object({ organizationId, teamId }),
  output: Team.extend({
    members: z.array(TeamMember).describe('In the order of joining'),
    grants: z.array(Grant).describe('Active grants, oldest first, at most 200'),
    nextGrantsCursor: z
      .string()
      .nullable()
      .describe('Cursor for `listGrants` of this team; null when there are no more grants'),
  }),
  errors: notFoundErrors,
  example: {
    input: { organizationId: ids.organizationId, teamId: ids.teamId },
    output: { ...example, members: [exampleMember], grants: [], nextGrantsCursor: null },
  },
});

const leadDescription =
  'Allowed for people who manage teams. The team policy (`changeTeamPolicy`) can allow the lead of the team ' +
  'to add and remove members of the organization; a lead never adds or removes externals.';
const rowError = z.object({ code: z.string(), detail: z.string() });

export const addTeamMembers = command({
  subject: 'rpc.teams.team.add_members.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/teams/:teamId/members' },
  access: 'team:lead',
  summary: 'Add people to a team, with one result per row; idempotent',
  description:
    `${leadDescription} Rows are validated one by one, and all valid people are added together. The status of a ` +
    'row is `added`, `already_member` (the end of the membership does not change), or `refused` with ' +
    'PERSON_UNKNOWN, MEMBERSHIP_ENDS_IN_PAST, EXTERNAL_NOT_ALLOWED (the team is for members only) or ' +
    'PERMISSION_DENIED (a lead added an external). When a lead adds a former team member again, and the earlier ' +
    'membership has an end in the future, that end still applies. Of two rows for one person, only the first is used.',
  input: z.object({ organizationId, teamId, members: z.array(NewMember).min(1).max(1_000) }),
  output: z.object({
    results: z.array(
      z.object({
        index: z.int(),
        id: accountId.optional(),
        status: z.enum(['added', 'already_member', 'refused']),
        error: rowError.optional(),
      }),
    ),
  }),
  errors: notFoundErrors,
  example: {
    input: { organizationId: ids.organizationId, teamId: ids.teamId, members: [{ accountId: ids.accountId }] },
    output: { results: [{ index: 0, id: ids.accountId, status: 'added' }] },
  },
});

export const removeTeamMember = command({
  subject: 'rpc.teams.team.remove_member.v1',
  http: { method: 'DELETE', path: '/v1/organizations/:organizationId/teams/:teamId/members/:accountId', status: 204 },
  access: 'team:lead',
  summary: 'Remove a person from a team',
  description: leadDescription,
  input: z.object({ organizationId, teamId, accountId }),
  output: z.object({}),
  errors: notFoundErrors,
  example: { input: ids, output: {} },
});

export const removeTeamMembers = command({
  subject: 'rpc.teams.team.remove_members.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/teams/:teamId/members/remove' },
  access: 'team:lead',
  summary: 'Remove people from a team, with one result per row; idempotent',
  description:
    `${leadDescription} Rows are validated one by one. The status of a row is \`removed\`, \`not_member\`, or ` +
    '`refused` with PERMISSION_DENIED (a lead removed an external). Of two rows for one person, only the first is ' +
    'used.',
  input: z.object({ organizationId, teamId, accountIds: z.array(accountId).min(1).max(1_000) }),
  output: z.object({
    results: z.array(
      z.object({
        index: z.int(),
        id: accountId,
        status: z.enum(['removed', 'not_member', 'refused']),
        error: rowError.optional(),
      }),
    ),
  }),
  errors: notFoundErrors,
  example: {
    input: { organizationId: ids.organizationId, teamId: ids.teamId, accountIds: [ids.accountId] },
    output: { results: [{ index: 0, id: ids.accountId, status: 'removed' }] },
  },
});

export const changeTeamMember = command({
  subject: 'rpc.teams.team.change_member.v1',
  http: { method: 'PATCH', path: '/v1/organizations/:organizationId/teams/:teamId/members/:accountId' },
  access: 'team:manage',
  summary: 'Set or clear the end of a membership',
  description: 'Leads cannot change the end of a membership.',
  input: z.object({
    organizationId,
    teamId,
    accountId,
    endsAt: Instant.nullable().optional().describe('Null for no end'),
  }),
  output: TeamMember,
  errors: {
    ...notFoundErrors,
    ...membershipEndErrors,
    TEAM_MEMBER_NOT_FOUND: { status: 404, title: 'This person is not in the team' },
  },
  example: {
    input: { ...ids, endsAt: '2026-12-31T23:00:00.000Z' },
    output: { ...exampleMember, endsAt: '2026-12-31T23:00:00.000Z' },
  },
});

export const deleteTeam = command({
  subject: 'rpc.teams.team.delete.v1',
  http: { method: 'DELETE', path: '/v1/organizations/:organizationId/teams/:teamId', status: 204 },
  access: 'team:manage',
  summary: 'Delete a team and end its grants, memberships and restrictions; its child teams move to its parent',
  description:
    'Deleting a team gives nobody more rights: when the team is members-only or has a restriction, its ' +
    'child teams have no parent afterwards. Deleting the team again changes nothing.',
  input: z.object({ organizationId, teamId, ifMatch }),
  output: z.object({}),
  errors: notFoundErrors,
  example: { input: { organizationId: ids.organizationId, teamId: ids.teamId }, output: {} },
});

const teamEventData = z.object({ organizationId, teamId });

export const teamCreated = event({
  subject: 'evt.teams.team.created.v1',
  summary: 'A team was created',
  entity: 'teamId',
  data: teamEventData,
  invalidatesAccess: 'grants',
  example: { organizationId: ids.organizationId, teamId: ids.teamId },
});
const teamState = z.object({
  name: Name,
  colour: Colour,
  parentId: teamId.nullable(),
  parentEndsAt: Instant.nullable(),
  isMembersOnly: z.boolean(),
  leadAccountId: accountId.nullable(),
});
const exampleState = {
  name: 'Web',
  colour: 'blue' as const,
  parentId: null,
  parentEndsAt: null,
  isMembersOnly: false,
  leadAccountId: null,
};

export const teamChanged = event({
  subject: 'evt.teams.team.changed.v1',
  summary: 'The name, colour, lead, parent or members-only setting of a team changed',
  entity: 'teamId',
  data: teamEventData.extend({ before: teamState, after: teamState }),
  invalidatesAccess: 'grants',
  example: {
    organizationId: ids.organizationId,
    teamId: ids.teamId,
    before: exampleState,
    after: { ...exampleState, colour: 'green' },
  },
});
export const teamDeleted = event({
  subject: 'evt.teams.team.deleted.v1',
  summary: 'A team was deleted and its grants ended',
  entity: 'teamId',
  data: teamEventData,
  invalidatesAccess: 'grants',
  example: { organizationId: ids.organizationId, teamId: ids.teamId },
});
export const teamMembersChanged = event({
  subject: 'evt.teams.team.members_changed.v1',
  summary: 'People joined or left a team',
  entity: 'teamId',
  data: teamEventData.extend({ added: z.array(accountId), removed: z.array(accountId) }),
  invalidatesAccess: 'grants',
  example: { organizationId: ids.organizationId, teamId: ids.teamId, added: [ids.accountId], removed: [] },
});
export const teamMemberChanged = event({
  subject: 'evt.teams.team.member_changed.v1',
  summary: 'The end of a membership changed',
  entity: 'teamId',
  data: teamEventData.extend({
    accountId,
    before: z.object({ endsAt: Instant.nullable() }),
    after: z.object({ endsAt: Instant.nullable() }),
  }),
  invalidatesAccess: 'grants',
  example: { ...ids, before: { endsAt: null }, after: { endsAt: '2026-12-31T23:00:00.000Z' } },
});
