import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Instant, Name } from '../values.ts';
import { Right } from '../products/product-facts.ts';
import { GrantObject } from './grant-facts.ts';

const organizationId = idSchema('org');
const teamId = idSchema('team');
const accountId = idSchema('acc');
const ids = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', teamId: 'team_01je5nryg0fgz9y05x3mqpmjrg', accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg' };

export const Colour = z.enum(['red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple', 'pink', 'grey']).meta({ id: 'Colour' });

export const Team = z
  .object({
    id: teamId, name: Name, colour: Colour, parentId: teamId.nullable(), leadAccountId: accountId.nullable(), memberAccountIds: z.array(accountId), version: z.int(), createdAt: Instant,
  })
  .meta({ id: 'Team', description: 'A named, coloured group of people that carries rights on products' });

const example = {
  id: ids.teamId, name: 'Web', colour: 'blue' as const, parentId: null, leadAccountId: null, memberAccountIds: [ids.accountId], version: 1, createdAt: '2026-01-31T09:00:00.000Z',
};
const notFound = { TEAM_NOT_FOUND: { status: 404, title: 'There is no such team' } } as const;
const nameTaken = { TEAM_NAME_TAKEN: { status: 409, title: 'A team of this name exists, case and accents aside' } } as const;
const person = { PERSON_UNKNOWN: { status: 422, title: 'This person does not belong to the organization' } } as const;
const lead = { LEAD_NOT_IN_TEAM: { status: 422, title: 'The lead must be in the team' } } as const;
const tooDeep = { TEAM_NESTING_TOO_DEEP: { status: 422, title: 'Teams nest at most ten deep' } } as const;

/** What is given when a team is made: rights on one product, a type, or a resource. */
export const GrantRequest = z.object({ object: GrantObject, rights: z.array(Right).min(1).max(20), endsAt: Instant.nullable().default(null) });

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
    leadAccountId: accountId.nullable().default(null),
    accountIds: z.array(accountId).max(1_000).default([]),
    grants: z.array(GrantRequest).max(100).default([]),
  }),
  output: Team,
  errors: {
    ...nameTaken,
    ...person,
    ...lead,
    ...tooDeep,
    TEAM_NOT_FOUND: { status: 404, title: 'There is no such parent team' },
    PRODUCT_NOT_FOUND: { status: 404, title: 'There is no such product' },
    PRODUCT_TYPE_UNKNOWN: { status: 422, title: 'There is no such product type' },
    RESOURCE_NOT_FOUND: { status: 404, title: 'The product has no such resource' },
    RIGHT_UNKNOWN: { status: 422, title: 'Products of this type, or resources of this kind, have no such right' },
    GRANT_ENDS_IN_PAST: { status: 422, title: 'The grant would have ended already' },
  },
  example: {
    input: {
      organizationId: ids.organizationId, name: 'Web', colour: 'blue', accountIds: [ids.accountId],
      grants: [{ object: { kind: 'product_type', type: 'web_hosting' }, rights: ['technical', 'statistics'] }],
    },
    output: example,
  },
});

export const changeTeam = command({
  subject: 'rpc.teams.team.change.v1',
  http: { method: 'PATCH', path: '/v1/organizations/:organizationId/teams/:teamId' },
  access: 'team:manage',
  summary: 'Change the name, the colour, the lead or the parent of a team',
  description: 'Its child teams move with it. If-Match refuses a change of a team that was changed meanwhile.',
  input: z.object({
    organizationId,
    teamId,
    name: Name.optional(),
    colour: Colour.optional(),
    parentId: teamId.nullable().optional().describe('null: no parent'),
    leadAccountId: accountId.nullable().optional().describe('null: no lead'),
    ifMatch: z.int().optional().describe('From the If-Match header: the version that was seen'),
  }),
  output: Team,
  errors: {
    ...notFound,
    ...nameTaken,
    ...lead,
    ...tooDeep,
    TEAM_CYCLE: { status: 422, title: 'A team cannot be inside itself' },
    VERSION_MISMATCH: { status: 412, title: 'The team was changed meanwhile' },
  },
  example: { input: { organizationId: ids.organizationId, teamId: ids.teamId, colour: 'green' }, output: { ...example, colour: 'green', version: 2 } },
});

export const listTeams = query({
  subject: 'rpc.teams.team.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/teams' },
  access: 'team:read',
  summary: 'The teams of an organization',
  input: z.object({ organizationId }),
  output: z.object({ data: z.array(Team) }),
  errors: {},
  example: { input: { organizationId: ids.organizationId }, output: { data: [example] } },
});

export const addTeamMembers = command({
  subject: 'rpc.teams.team.add_members.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/teams/:teamId/members' },
  access: 'team:manage',
  summary: 'Add people to a team; a result per row, and repeating it changes nothing (TEAM-2)',
  input: z.object({ organizationId, teamId, members: z.array(z.object({ accountId, endsAt: Instant.nullable().default(null) })).min(1).max(1_000) }),
  output: z.object({
    results: z.array(z.object({ index: z.int(), id: accountId.optional(), status: z.enum(['added', 'already_member', 'refused']), error: z.object({ code: z.string(), detail: z.string() }).optional() })),
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
  access: 'team:manage',
  summary: 'Take a person out of a team',
  input: z.object({ organizationId, teamId, accountId }),
  output: z.object({}),
  errors: notFound,
  example: { input: ids, output: {} },
});

export const deleteTeam = command({
  subject: 'rpc.teams.team.delete.v1',
  http: { method: 'DELETE', path: '/v1/organizations/:organizationId/teams/:teamId', status: 204 },
  access: 'team:manage',
  summary: 'Delete a team; its grants end with it, its child teams move up to its parent',
  input: z.object({ organizationId, teamId }),
  output: z.object({}),
  errors: notFound,
  example: { input: { organizationId: ids.organizationId, teamId: ids.teamId }, output: {} },
});

const teamFact = z.object({ organizationId, teamId });

export const teamCreated = event({
  subject: 'evt.teams.team.created.v1', summary: 'A team was made', entity: 'teamId', data: teamFact, changesAccess: 'grants', example: { organizationId: ids.organizationId, teamId: ids.teamId },
});
const teamState = z.object({ name: Name, colour: Colour, parentId: teamId.nullable(), leadAccountId: accountId.nullable() });
const exampleState = { name: 'Web', colour: 'blue' as const, parentId: null, leadAccountId: null };

export const teamChanged = event({
  subject: 'evt.teams.team.changed.v1',
  summary: 'Name, colour, lead or parent of a team changed',
  entity: 'teamId',
  data: teamFact.extend({ before: teamState, after: teamState }),
  changesAccess: 'grants',
  example: { organizationId: ids.organizationId, teamId: ids.teamId, before: exampleState, after: { ...exampleState, colour: 'green' } },
});
export const teamDeleted = event({
  subject: 'evt.teams.team.deleted.v1', summary: 'A team was deleted, its grants ended', entity: 'teamId', data: teamFact, changesAccess: 'grants', example: { organizationId: ids.organizationId, teamId: ids.teamId },
});
export const teamMembersChanged = event({
  subject: 'evt.teams.team.members_changed.v1',
  summary: 'People came into a team or left it',
  entity: 'teamId',
  data: teamFact.extend({ added: z.array(accountId), removed: z.array(accountId) }),
  changesAccess: 'grants',
  example: { organizationId: ids.organizationId, teamId: ids.teamId, added: [ids.accountId], removed: [] },
});
