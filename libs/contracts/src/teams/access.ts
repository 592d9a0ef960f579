import * as z from 'zod';
import { query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { ProductTypeKey, Right } from '../products/product-snapshot.ts';
import { endsEarly, Instant, page, pageErrors, pageInput } from '../values.ts';
import { GrantHolder, GrantObject } from './grant-snapshot.ts';

const organizationId = idSchema('org');
const accountId = idSchema('acc');
const teamId = idSchema('team');
const productId = idSchema('prd');
const resourceId = idSchema('res');
const thing = { right: Right, productId, resourceId: resourceId.optional() };
const isOwnFilesOnly = z
  .boolean()
  .describe('As an external who may `change`, the person deletes only what is theirs (PROD-2)');
const question = {
  accountId: accountId
    .optional()
    .describe('Whose right; oneself when left out. Asking about others needs to manage people'),
  ...thing,
};
/** Of a list whose rows can be large. */
const at = Instant.optional().describe('As it was at this instant; now when left out. Three years back at most');
const ids = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
  productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
  teamId: 'team_01je5nryg0fgz9y05x3mqpmjrg',
  grantId: 'grt_01je5nryg0fgz9y05x3mqpmjrg',
} as const;
const exampleQuestion = { accountId: ids.accountId, right: 'technical', productId: ids.productId };
const aboutOneself = { PERMISSION_DENIED: { status: 403, title: 'You may ask about yourself only' } } as const;
const past = {
  INSTANT_IN_FUTURE: { status: 422, title: 'What will be at that instant is not known' },
  BEYOND_RETENTION: { status: 410, title: 'What was at that instant is no longer kept' },
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
    'no_grant',
    'right_unknown',
    'token_scope_missing',
  ])
  .meta({ id: 'AccessRefusal', description: 'Why not' });

export const checkAccess = query({
  subject: 'rpc.teams.access.check.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/access/check' },
  access: 'access:ask',
  summary: 'May this person do this on this product? (ACC-2)',
  description:
    'Answered from memory. A right that products of the type do not have is allowed to nobody. Who asks about oneself with an API token is told what the token lets one do. The Access-Revision header of an earlier answer, sent along, makes sure that nothing older than that answer is decided from.',
  input: z.object({ organizationId, ...question }),
  output: z.object({ isAllowed: z.boolean(), isOwnFilesOnly }),
  errors: aboutOneself,
  example: {
    input: { organizationId: ids.organizationId, ...exampleQuestion },
    output: { isAllowed: true, isOwnFilesOnly: false },
  },
});

export const checkManyAccess = query({
  subject: 'rpc.teams.access.check_many.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/access/checks' },
  access: 'access:ask',
  summary: 'Up to a thousand checks in one call',
  input: z.object({ organizationId, questions: z.array(z.object(question)).min(1).max(1_000) }),
  output: z.object({
    results: z.array(z.boolean()).describe('In the order of the questions: whether it is allowed'),
    ownFilesOnly: z
      .array(z.int())
      .describe(
        'The places, from 0, of the questions that are allowed for the own files of the person only: `isOwnFilesOnly` of a single check',
      ),
  }),
  errors: aboutOneself,
  example: {
    input: { organizationId: ids.organizationId, questions: [exampleQuestion] },
    output: { results: [true], ownFilesOnly: [] },
  },
});

const team = z.object({ teamId, name: z.string() });
const gives = z
  .array(Right)
  .describe('The rights that the grant gives here: fewer than on its own object where a restriction narrows it');

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
      right: Right.describe('The right that was given; a wider one gives the narrower'),
      gives,
      teams: z
        .array(team)
        .describe(
          'From the team the person is in, up to the one that holds the grant. Only teams that the asker sees: for who does not manage people those that they are in now, and what these stand in',
        ),
      givenBy: z
        .string()
        .nullable()
        .describe(
          'Null, like the reason, where the asker does not see the team that holds it: they have left it since the instant that is asked about',
        ),
      givenAt: Instant,
      endsAt: Instant.nullable(),
      reason: z.string().nullable(),
      text: z.string(),
    }),
  ])
  .meta({ id: 'AccessChain', description: 'One way in which a person has a right; `text` says it in a sentence' });

export const explainAccess = query({
  subject: 'rpc.teams.access.explain.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/access/explain' },
  access: 'access:ask',
  summary: 'Every way in which this person has this right, or why not; now, or at an instant in the past',
  description:
    'The texts are sentences in the language that was asked for. Whoever does not manage people is told of the teams that they are in and of what these stand in, as in `listTeams`: what those hold reaches them. They are told nothing of other teams, and nothing of products that they cannot see.',
  input: z.object({ organizationId, ...question, at }),
  output: z.object({
    isAllowed: z.boolean(),
    isOwnFilesOnly,
    chains: z.array(AccessChain),
    refusal: Refusal.nullable(),
    at: Instant,
    text: z.string(),
  }),
  errors: { ...aboutOneself, ...past },
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
      text: 'This is allowed. The role of administrator gives this right on every product.',
    },
  },
});

/** Through what somebody has something, without the sentences. */
export const AccessSource = z
  .discriminatedUnion('via', [
    z.object({ via: z.literal('role'), role: z.string() }),
    z.object({ via: z.literal('owner') }),
    z.object({
      via: z.literal('support'),
      supportAccessId: idSchema('sup').describe("The customer let the provider's staff in (SUP-3)"),
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
  .meta({ id: 'AccessSource', description: 'Through what a person has a right' });

export const listAccessHolders = query({
  subject: 'rpc.teams.access.list_holders.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/access/holders' },
  access: 'team:manage',
  summary: 'Who has this right on this product or resource, and through what (ACC-2)',
  description: endsEarly,
  input: z.object({ organizationId, ...thing, at, ...pageInput }),
  output: page(
    z.object({
      accountId,
      role: z.string().describe('The role of a member, `external`, or `support` for the staff that was let in'),
      isOwnFilesOnly,
      through: z.array(AccessSource),
    }),
  ),
  errors: {
    ...past,
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
  summary: 'What a person can reach, product by product, and through what',
  description:
    'A product is followed by those of its resources on which something is given or restricted, or which are ' +
    'theirs; any other has the rights of what it lies in. A resource where a restriction leaves the person ' +
    'nothing is listed without rights to who manages people; to others it is not named at all. Whoever manages ' +
    `has every right by role, those on content left out. ${endsEarly}`,
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
          'Every right but those on content, by role; asked with an API token, those of them that its scopes hold',
        ),
      rights: z
        .array(Right)
        .describe('What was given or is owned, or what an access lets the staff do, as far as nothing stops it'),
      isOwnFilesOnly,
      through: z.array(AccessSource),
    }),
  ),
  errors: {
    ...aboutOneself,
    ...past,
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
  summary: 'What a team can reach, and through which team it has it',
  description: `For who manages teams, and for whoever is in the team or in one that stands in it; to others it does not exist. ${endsEarly}`,
  input: z.object({ organizationId, teamId, ...pageInput }),
  output: page(
    z.object({
      grantId: idSchema('grt'),
      object: GrantObject,
      right: Right,
      endsAt: Instant.nullable(),
      from: team.describe('The team that holds the grant: this one, or one that it stands in'),
      products: z
        .array(z.object({ productId, name: z.string(), isBlocked: z.boolean() }))
        .describe('What it covers at this moment; at most the first hundred'),
      productCount: z.int(),
      isCoveringLater: z.boolean().describe('Whether products bought later are covered too'),
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
