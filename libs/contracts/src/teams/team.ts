import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { endsEarly, Instant, Name, page, pageErrors, pageInput } from '../values.ts';
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
    parentEndsAt: Instant.nullable().describe('Until when it stands in its parent'),
    isMembersOnly: z.boolean().describe('It gives nothing to externals, and none are added (TEAM-5)'),
    leadAccountId: accountId.nullable(),
    memberAccountIds: z.array(accountId),
    excludedAccountIds: z
      .array(accountId)
      .describe('Externals who are in a team for members only: it gives them nothing while they are externals'),
    version: z.int().describe('For If-Match'),
    createdAt: Instant,
  })
  .meta({ id: 'Team', description: 'A named, coloured group of people that carries rights on products' });

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
const notFound = { TEAM_NOT_FOUND: { status: 404, title: 'There is no such team' } } as const;
const nameTaken = {
  TEAM_NAME_TAKEN: { status: 409, title: 'A team of this name exists, case and accents aside' },
} as const;
const person = { PERSON_UNKNOWN: { status: 422, title: 'This person does not belong to the organization' } } as const;
const lead = { LEAD_NOT_IN_TEAM: { status: 422, title: 'The lead must be in the team' } } as const;
const place = {
  PARENT_MISSING: { status: 422, title: 'Only a team in a parent can stand there until a date' },
  PARENT_ENDS_IN_PAST: { status: 422, title: 'The place in the parent would have ended already' },
} as const;
const membersOnly = {
  EXTERNAL_NOT_ALLOWED: { status: 422, title: 'The team is for members of the organization only' },
} as const;
const endsInPast = {
  MEMBERSHIP_ENDS_IN_PAST: { status: 422, title: 'The membership would have ended already' },
} as const;
const tooDeep = { TEAM_NESTING_TOO_DEEP: { status: 422, title: 'Teams nest at most ten deep' } } as const;

/** What is given when a team is made: rights on one product, a type, or a resource. */
export const GrantRequest = z.object({
  object: GrantObject,
  rights: z.array(Right).min(1).max(20),
  endsAt: Instant.nullable().default(null),
});

/** Somebody who comes into a team, and until when. */
export const NewMember = z.object({ accountId, endsAt: Instant.nullable().default(null) });

/** Somebody in a team. */
export const TeamMember = z
  .object({ accountId, startedAt: Instant, endsAt: Instant.nullable() })
  .meta({ id: 'TeamMember', description: 'A person in a team, since and until when' });

export const createTeam = command({
  subject: 'rpc.teams.team.create.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/teams', status: 201 },
  access: 'team:manage',
  summary: 'Make a team, with products, rights and people in one call (TEAM-1)',
  input: z.object({
    organizationId,
    name: Name,
    colour: Colour.default('grey'),
    parentId: teamId.nullable().default(null),
    parentEndsAt: Instant.nullable().default(null).describe('Until when it stands in its parent'),
    isMembersOnly: z.boolean().default(false).describe('It gives nothing to externals, and none can be added'),
    leadAccountId: accountId.nullable().default(null),
    accountIds: z.array(accountId).max(1_000).default([]).describe('People who stay without an end'),
    members: z
      .array(NewMember)
      .max(1_000)
      .default([])
      .describe('People with the end of their membership; of somebody who is named twice the end counts'),
    grants: z
      .array(GrantRequest)
      .max(100)
      .default([])
      .describe('A right that is named twice on the same thing is given until the later end'),
  }),
  output: Team,
  errors: {
    ...nameTaken,
    ...person,
    ...lead,
    ...tooDeep,
    ...place,
    ...membersOnly,
    ...endsInPast,
    TEAM_NOT_FOUND: { status: 404, title: 'There is no such parent team' },
    PRODUCT_NOT_FOUND: { status: 404, title: 'There is no such product' },
    PRODUCT_TYPE_UNKNOWN: { status: 422, title: 'There is no such product type' },
    RESOURCE_NOT_FOUND: { status: 404, title: 'The product has no such resource' },
    RIGHT_UNKNOWN: { status: 422, title: 'Products of this type, or resources of this kind, have no such right' },
    GRANT_ENDS_IN_PAST: { status: 422, title: 'The grant would have ended already' },
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
  summary: 'Change the name, the colour, the lead or the parent of a team, and whom it is for',
  description:
    'Its child teams move with it. A team can become one for members only while externals are in it: they stay in it, and the answer names them as excluded. The answer carries an ETag; If-Match refuses a change of a team that was changed meanwhile.',
  input: z.object({
    organizationId,
    teamId,
    name: Name.optional(),
    colour: Colour.optional(),
    parentId: teamId
      .nullable()
      .optional()
      .describe('null: no parent. The end of the place in another parent goes with it'),
    parentEndsAt: Instant.nullable().optional().describe('Until when it stands in its parent; null: without an end'),
    isMembersOnly: z.boolean().optional(),
    leadAccountId: accountId.nullable().optional().describe('null: no lead'),
    ifMatch: z.int().optional().describe('From the If-Match header: the version that was seen'),
  }),
  output: Team,
  errors: {
    ...notFound,
    ...nameTaken,
    ...lead,
    ...tooDeep,
    ...place,
    TEAM_CYCLE: { status: 422, title: 'A team cannot be inside itself' },
    VERSION_MISMATCH: { status: 412, title: 'The team was changed meanwhile' },
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
  summary: 'The teams of an organization, by name',
  description: `All of them for who manages teams; for others those that they are in and what these stand in, because what those hold reaches them. ${endsEarly}`,
  input: z.object({ organizationId, ...pageInput }),
  output: page(Team),
  errors: pageErrors,
  example: { input: { organizationId: ids.organizationId }, output: { data: [example], nextCursor: null } },
});

export const getTeam = query({
  subject: 'rpc.teams.team.get.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/teams/:teamId' },
  access: 'team:read',
  summary: 'A team with its people and what was given to it; its ETag is for If-Match',
  description:
    'For who manages teams, and for who is in the team or in one that stands in it; to others it does not exist. The role of a person is read and changed with the members of the organization (`changeMember`): a team has no role of its own.',
  input: z.object({ organizationId, teamId }),
  output: Team.extend({
    members: z.array(TeamMember).describe('In the order in which they came in'),
    grants: z.array(Grant).describe('Those that stand, oldest first, at most 200'),
    nextGrantsCursor: z.string().nullable().describe('For `listGrants` of this team, where there are more'),
  }),
  errors: notFound,
  example: {
    input: { organizationId: ids.organizationId, teamId: ids.teamId },
    output: { ...example, members: [exampleMember], grants: [], nextGrantsCursor: null },
  },
});

const leadDescription =
  'Whoever manages teams may; so may the lead of the team where the organization lets leads do it (`changeTeamPolicy`), for members of the organization, never for externals.';
const refusal = z.object({ code: z.string(), detail: z.string() });

export const addTeamMembers = command({
  subject: 'rpc.teams.team.add_members.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/teams/:teamId/members' },
  access: 'team:read',
  summary: 'Add people to a team; a result per row, and repeating it changes nothing (TEAM-2)',
  description: `${leadDescription} Every row is judged for itself, and those who may come in come in together: \`added\`, \`already_member\` (whose end date stays as it is), or \`refused\` with PERSON_UNKNOWN, MEMBERSHIP_ENDS_IN_PAST, EXTERNAL_NOT_ALLOWED (the team is for members only) or PERMISSION_DENIED (an external, named by a lead). Somebody whom a lead puts in again stays no longer than until the end that was planned for their membership before, while that is still to come. Of two rows for one person the first counts.`,
  input: z.object({ organizationId, teamId, members: z.array(NewMember).min(1).max(1_000) }),
  output: z.object({
    results: z.array(
      z.object({
        index: z.int(),
        id: accountId.optional(),
        status: z.enum(['added', 'already_member', 'refused']),
        error: refusal.optional(),
      }),
    ),
  }),
  errors: notFound,
  example: {
    input: { organizationId: ids.organizationId, teamId: ids.teamId, members: [{ accountId: ids.accountId }] },
    output: { results: [{ index: 0, id: ids.accountId, status: 'added' }] },
  },
});

export const removeTeamMember = command({
  subject: 'rpc.teams.team.remove_member.v1',
  http: { method: 'DELETE', path: '/v1/organizations/:organizationId/teams/:teamId/members/:accountId', status: 204 },
  access: 'team:read',
  summary: 'Take a person out of a team',
  description: leadDescription,
  input: z.object({ organizationId, teamId, accountId }),
  output: z.object({}),
  errors: notFound,
  example: { input: ids, output: {} },
});

export const removeTeamMembers = command({
  subject: 'rpc.teams.team.remove_members.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/teams/:teamId/members/remove' },
  access: 'team:read',
  summary: 'Take people out of a team; a result per row, and repeating it changes nothing',
  description: `${leadDescription} Every row is judged for itself: \`removed\`, \`not_member\`, or \`refused\` with PERMISSION_DENIED (an external, named by a lead). Of two rows for one person the first counts.`,
  input: z.object({ organizationId, teamId, accountIds: z.array(accountId).min(1).max(1_000) }),
  output: z.object({
    results: z.array(
      z.object({
        index: z.int(),
        id: accountId,
        status: z.enum(['removed', 'not_member', 'refused']),
        error: refusal.optional(),
      }),
    ),
  }),
  errors: notFound,
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
  description: 'Leads do not: an end that was set for somebody, or for themselves, is not theirs to move.',
  input: z.object({
    organizationId,
    teamId,
    accountId,
    endsAt: Instant.nullable().optional().describe('null: without an end'),
  }),
  output: TeamMember,
  errors: {
    ...notFound,
    ...endsInPast,
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
  summary: 'Delete a team; its grants, memberships and restrictions end with it, its child teams move up to its parent',
  description:
    'Nobody has more by it than before: where the team is for members only, or a restriction of it stands, its child teams stand in no parent afterwards. Deleting it again changes nothing.',
  input: z.object({ organizationId, teamId }),
  output: z.object({}),
  errors: notFound,
  example: { input: { organizationId: ids.organizationId, teamId: ids.teamId }, output: {} },
});

const teamEventData = z.object({ organizationId, teamId });

export const teamCreated = event({
  subject: 'evt.teams.team.created.v1',
  summary: 'A team was made',
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
  summary: 'Name, colour, lead or place of a team changed, or whom it is for',
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
  summary: 'A team was deleted, its grants ended',
  entity: 'teamId',
  data: teamEventData,
  invalidatesAccess: 'grants',
  example: { organizationId: ids.organizationId, teamId: ids.teamId },
});
export const teamMembersChanged = event({
  subject: 'evt.teams.team.members_changed.v1',
  summary: 'People came into a team or left it',
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
