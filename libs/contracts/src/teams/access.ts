import * as z from 'zod';
import { query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { ProductTypeKey, Right } from '../products/product-snapshot.ts';
import { shortPageDescription, Instant, page, pageErrors, pageInput } from '../values.ts';
import { GrantHolder, GrantObject } from './grant-snapshot.ts';

const organizationId = idSchema('org');
const accountId = idSchema('acc');
const teamId = idSchema('team');
const productId = idSchema('prd');
const resourceId = idSchema('res');
const rightOnObject = { right: Right, productId, resourceId: resourceId.optional() };
const isOwnFilesOnly = z
  .boolean()
  .describe('True for an external with the right `change`, who can delete only their own files');
const question = {
  accountId: accountId
    .optional()
    .describe(
      'The person; by default the caller. A question about another person requires the permission to manage people',
    ),
  ...rightOnObject,
};
const at = Instant.optional().describe('The answer is for this instant, at most three years ago; by default now');
const ids = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
  productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
  teamId: 'team_01je5nryg0fgz9y05x3mqpmjrg',
  grantId: 'grt_01je5nryg0fgz9y05x3mqpmjrg',
} as const;
const exampleQuestion = { accountId: ids.accountId, right: 'technical', productId: ids.productId };
const permissionErrors = { PERMISSION_DENIED: { status: 403, title: 'You can only ask about yourself' } } as const;
const instantErrors = {
  INSTANT_IN_FUTURE: { status: 422, title: 'The instant is in the future' },
  BEYOND_RETENTION: { status: 410, title: 'The data of this instant is no longer stored' },
} as const;

export const Refusal = z
  .enum([
    'not_in_organization',
    'person_blocked',
    'second_factor_missing',
    'product_unknown',
    'resource_unknown',
    'product_blocked',
    'external_capped',
    'inheritance_restricted',
    'team_members_only',
    'no_grant',
    'right_unknown',
    'token_scope_missing',
  ])
  .meta({ id: 'AccessRefusal', description: 'The reason of a denial' });

export const checkAccess = query({
  subject: 'rpc.teams.access.check.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/access/check' },
  access: 'access:ask',
  summary: 'Check whether a person has a right on a product or resource',
  description:
    'The answer comes from the access cache. A right that the product type does not have is always denied. With an ' +
    'API token, the answer about the caller is limited to the scopes of the token. Send the ' +
    'Access-Revision header of an earlier response to get an answer from data that is at least as new.',
  input: z.object({ organizationId, ...question }),
  output: z.object({ isAllowed: z.boolean(), isOwnFilesOnly }),
  errors: permissionErrors,
  example: {
    input: { organizationId: ids.organizationId, ...exampleQuestion },
    output: { isAllowed: true, isOwnFilesOnly: false },
  },
});

export const checkManyAccess = query({
  subject: 'rpc.teams.access.check_many.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/access/checks' },
  access: 'access:ask',
  summary: 'Check up to a thousand questions in one call',
  input: z.object({ organizationId, questions: z.array(z.object(question)).min(1).max(1_000) }),
  output: z.object({
    results: z.array(z.boolean()).describe('One answer per question, in the order of the questions'),
    ownFilesOnly: z.array(z.int()).describe('Indexes, from 0, of the questions whose answer has `isOwnFilesOnly`'),
  }),
  errors: permissionErrors,
  example: {
    input: { organizationId: ids.organizationId, questions: [exampleQuestion] },
    output: { results: [true], ownFilesOnly: [] },
  },
});

const team = z.object({ teamId, name: z.string() });
const gives = z
  .array(Right)
  .describe('The rights that the grant gives on this object; fewer when a restriction narrows the rights');

export const AccessChain = z
  .discriminatedUnion('via', [
    z.object({ via: z.literal('role'), role: z.string(), text: z.string() }),
    z.object({ via: z.literal('owner'), text: z.string() }),
    z.object({ via: z.literal('support'), supportAccessId: idSchema('sup'), endsAt: Instant, text: z.string() }),
    z.object({
      via: z.literal('grant'),
      grantId: idSchema('grt'),
      holder: GrantHolder,
      object: GrantObject,
      right: Right.describe('The granted right, which includes narrower rights'),
      gives,
      teams: z
        .array(team)
        .describe(
          'The teams from the team of the person up to the team that holds the grant. A caller who does not manage ' +
            'people sees only their own current teams and the parents of those teams',
        ),
      givenBy: z
        .string()
        .nullable()
        .describe(
          'The giver. Null, like `reason`, when the caller has left the team that holds the grant since the ' +
            'requested instant, and does not see the team any more',
        ),
      givenAt: Instant,
      endsAt: Instant.nullable(),
      reason: z.string().nullable(),
      text: z.string(),
    }),
  ])
  .meta({ id: 'AccessChain', description: 'A path by which a person has a right; `text` explains it in a sentence' });

export const explainAccess = query({
  subject: 'rpc.teams.access.explain.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/access/explain' },
  access: 'access:ask',
  summary: 'Explain why a person has or lacks a right, now or at a past instant',
  description:
    'The texts are sentences in the language of the request. A caller who does not manage people sees the ' +
    'teams that they are in and the parents of those teams, as in `listTeams`. Other teams, and products that ' +
    'the caller cannot see, are left out.',
  hasLocalizedOutput: true,
  input: z.object({ organizationId, ...question, at }),
  output: z.object({
    isAllowed: z.boolean(),
    isOwnFilesOnly,
    chains: z.array(AccessChain),
    refusal: Refusal.nullable(),
    at: Instant,
    text: z.string(),
  }),
  errors: { ...permissionErrors, ...instantErrors },
  example: {
    input: { organizationId: ids.organizationId, ...exampleQuestion },
    output: {
      isAllowed: true,
      isOwnFilesOnly: false,
      chains: [
        { via: 'role', role: 'administrator', text: 'The role of administrator gives this right on every product.' },
      ],
      refusal: null,
      at: '2026-01-31T09:00:00.000Z',
      text: 'Access is allowed. The role of administrator gives this right on every product.',
    },
  },
});

/** An `AccessChain` without `text`. */
export const AccessSource = z
  .discriminatedUnion('via', [
    z.object({ via: z.literal('role'), role: z.string() }),
    z.object({ via: z.literal('owner') }),
    z.object({
      via: z.literal('support'),
      supportAccessId: idSchema('sup').describe('A support access of the customer'),
      endsAt: Instant,
    }),
    z.object({
      via: z.literal('grant'),
      grantId: idSchema('grt'),
      holder: GrantHolder,
      object: GrantObject,
      right: Right,
      gives,
      teams: z.array(team),
      endsAt: Instant.nullable(),
    }),
  ])
  .meta({ id: 'AccessSource', description: 'The source of a right' });

export const listAccessHolders = query({
  subject: 'rpc.teams.access.list_holders.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/access/holders' },
  access: 'team:manage',
  summary: 'List the people with a right on a product or resource, with the sources of the right',
  description: shortPageDescription,
  input: z.object({ organizationId, ...rightOnObject, at, ...pageInput }),
  output: page(
    z.object({
      accountId,
      role: z.string().describe('The role of a member, `external`, or `support` for staff under a support access'),
      isOwnFilesOnly,
      through: z.array(AccessSource),
    }),
  ),
  errors: {
    ...instantErrors,
    ...pageErrors,
    PRODUCT_NOT_FOUND: { status: 404, title: 'There is no such product' },
    RESOURCE_NOT_FOUND: { status: 404, title: 'The product has no such resource' },
  },
  example: {
    input: { organizationId: ids.organizationId, right: 'technical', productId: ids.productId },
    output: {
      data: [
        {
          accountId: ids.accountId,
          role: 'administrator',
          isOwnFilesOnly: false,
          through: [{ via: 'role', role: 'administrator' }],
        },
      ],
      nextCursor: null,
    },
  },
});

export const listPersonAccess = query({
  subject: 'rpc.teams.access.list_of_person.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/access/rights' },
  access: 'access:ask',
  summary: 'List the products and resources of a person, with rights and sources',
  description:
    'A product is followed by those of its resources that have a grant or a restriction, or that the person owns. ' +
    'Any other resource has the rights of its parent. A resource on which a restriction removes all rights ' +
    'is listed without rights for callers who manage people, and omitted for other callers. By their role, managers ' +
    `have every right except content rights. ${shortPageDescription}`,
  input: z.object({ organizationId, accountId: question.accountId, at, ...pageInput }),
  output: page(
    z.object({
      productId,
      type: ProductTypeKey,
      name: z.string(),
      isBlocked: z.boolean(),
      resource: z
        .object({ resourceId, kind: z.string(), name: z.string(), parentId: resourceId.nullable() })
        .nullable(),
      isByRole: z
        .boolean()
        .describe(
          'True when the role of the person gives every right except content rights; with an API token, limited ' +
            'to the scopes of the token',
        ),
      rights: z
        .array(Right)
        .describe('The rights by grants, ownership and support access, after blocks and restrictions'),
      isOwnFilesOnly,
      through: z.array(AccessSource),
    }),
  ),
  errors: {
    ...permissionErrors,
    ...instantErrors,
    ...pageErrors,
    PERSON_NOT_FOUND: { status: 404, title: 'There is no such person in this organization' },
  },
  example: {
    input: { organizationId: ids.organizationId, accountId: ids.accountId },
    output: {
      data: [
        {
          productId: ids.productId,
          type: 'web_hosting',
          name: 'alpine.example',
          isBlocked: false,
          resource: null,
          isByRole: false,
          rights: ['technical'],
          isOwnFilesOnly: false,
          through: [
            {
              via: 'grant',
              grantId: ids.grantId,
              holder: { kind: 'team', teamId: ids.teamId },
              object: { kind: 'product', productId: ids.productId },
              right: 'technical',
              gives: ['technical'],
              teams: [{ teamId: ids.teamId, name: 'Web' }],
              endsAt: null,
            },
          ],
        },
      ],
      nextCursor: null,
    },
  },
});

export const describeTeamAccess = query({
  subject: 'rpc.teams.access.describe_team.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/teams/:teamId/access' },
  access: 'team:read',
  summary: 'List the grants of a team and of its parent teams',
  description:
    'Available to people who manage teams, and to members of the team or of a team nested in it. Other people get ' +
    `the error TEAM_NOT_FOUND. ${shortPageDescription}`,
  input: z.object({ organizationId, teamId, ...pageInput }),
  output: page(
    z.object({
      grantId: idSchema('grt'),
      object: GrantObject,
      right: Right,
      endsAt: Instant.nullable(),
      from: team.describe('The team that holds the grant: this team or a parent'),
      products: z
        .array(z.object({ productId, name: z.string(), isBlocked: z.boolean() }))
        .describe('The products that the grant covers now, at most 100'),
      productCount: z.int(),
      isCoveringLater: z.boolean().describe('True when the grant also covers products that are bought later'),
    }),
  ),
  errors: { ...pageErrors, TEAM_NOT_FOUND: { status: 404, title: 'There is no such team' } },
  example: {
    input: { organizationId: ids.organizationId, teamId: ids.teamId },
    output: {
      data: [
        {
          grantId: ids.grantId,
          object: { kind: 'product_type', type: 'web_hosting' },
          right: 'technical',
          endsAt: null,
          from: { teamId: ids.teamId, name: 'Web' },
          products: [{ productId: ids.productId, name: 'alpine.example', isBlocked: false }],
          productCount: 1,
          isCoveringLater: true,
        },
      ],
      nextCursor: null,
    },
  },
});
