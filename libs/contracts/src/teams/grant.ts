import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { ProductTypeKey, Right } from '../products/product-snapshot.ts';
import { Instant, page, pageErrors, pageInput, text } from '../values.ts';
import { GrantHolder, GrantObject } from './grant-snapshot.ts';

const organizationId = idSchema('org');
const grantId = idSchema('grt');
const ids = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  grantId: 'grt_01je5nryg0fgz9y05x3mqpmjrg',
  accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
  productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
};

export const Grant = z
  .object({
    id: grantId,
    holder: GrantHolder,
    object: GrantObject,
    right: Right,
    givenBy: z.string(),
    givenAt: Instant,
    endsAt: Instant.nullable().describe('When it is to end by itself'),
    endedAt: Instant.nullable(),
    endedBy: z.string().nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'Grant', description: 'Who may do what on what, until when, given by whom and why' });

const example = {
  id: ids.grantId,
  holder: { kind: 'account' as const, accountId: ids.accountId },
  object: { kind: 'product' as const, productId: ids.productId },
  right: 'technical',
  givenBy: ids.accountId,
  givenAt: '2026-01-31T09:00:00.000Z',
  endsAt: null,
  endedAt: null,
  endedBy: null,
  reason: null,
};

/** Why a right cannot be given. */
export const grantRefusals = {
  PERSON_UNKNOWN: { status: 422, title: 'This person does not belong to the organization' },
  TEAM_NOT_FOUND: { status: 404, title: 'There is no such team' },
  PRODUCT_NOT_FOUND: { status: 404, title: 'There is no such product' },
  PRODUCT_TYPE_UNKNOWN: { status: 422, title: 'There is no such product type' },
  RESOURCE_NOT_FOUND: { status: 404, title: 'The product has no such resource' },
  RIGHT_UNKNOWN: { status: 422, title: 'Products of this type, or resources of this kind, have no such right' },
  RIGHT_NOT_FOR_EXTERNALS: { status: 422, title: 'This right is never given to an external' },
  GRANT_ENDS_IN_PAST: { status: 422, title: 'The grant would have ended already' },
} as const;

const requested = {
  holder: GrantHolder,
  object: GrantObject,
  right: Right,
  endsAt: Instant.nullable().default(null),
  reason: text(255).nullable().default(null),
};

export const giveGrant = command({
  subject: 'rpc.teams.grant.give.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/grants', status: 201 },
  access: 'team:manage',
  summary: 'Give a person, a team or the whole organization rights on a product, a type or a resource',
  description: 'Giving what is already given changes nothing and answers with the grant that is there.',
  input: z.object({ organizationId, ...requested }),
  output: Grant,
  errors: grantRefusals,
  example: {
    input: { organizationId: ids.organizationId, holder: example.holder, object: example.object, right: 'technical' },
    output: example,
  },
});

export const giveGrants = command({
  subject: 'rpc.teams.grant.give_many.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/grants/bulk' },
  access: 'team:manage',
  summary: 'Give many grants; a result per row, and repeating it changes nothing',
  description:
    'Every row is judged for itself, and what can be given is given together: `given`, `already_given` with the grant that is there, or `refused` with a code of `giveGrant`. Of two equal rows the first counts.',
  input: z.object({ organizationId, grants: z.array(z.object(requested)).min(1).max(1_000) }),
  output: z.object({
    results: z.array(
      z.object({
        index: z.int(),
        id: grantId.optional(),
        status: z.enum(['given', 'already_given', 'refused']),
        error: z.object({ code: z.string(), detail: z.string(), pointer: z.string() }).optional(),
      }),
    ),
  }),
  errors: {},
  example: {
    input: {
      organizationId: ids.organizationId,
      grants: [{ holder: example.holder, object: example.object, right: 'technical' }],
    },
    output: { results: [{ index: 0, id: ids.grantId, status: 'given' }] },
  },
});

export const previewGrant = query({
  subject: 'rpc.teams.grant.preview.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/grants/preview' },
  access: 'team:manage',
  summary: 'What a grant would cover and whom it would reach, before it is given',
  description:
    'A grant on all products of a type covers those bought later too; one on a product or a resource does not.',
  input: z.object({
    organizationId,
    holder: GrantHolder.optional().describe('Left out while it is not known yet: then nothing is said of people'),
    object: GrantObject,
    right: Right,
  }),
  output: z.object({
    productCount: z.int(),
    products: z
      .array(z.object({ productId: idSchema('prd'), type: ProductTypeKey, name: z.string() }))
      .describe('What it covers now, by name, at most 200'),
    isCoveringLater: z.boolean().describe('Whether it covers products of the type that are bought later'),
    people: z
      .object({
        count: z.int(),
        accountIds: z.array(idSchema('acc')).describe('Whom it reaches now, at most 200'),
        cappedAccountIds: z
          .array(idSchema('acc'))
          .describe(
            'Externals among them, who get less than the right, because it is never given to an external; at most 200',
          ),
      })
      .nullable(),
  }),
  errors: grantRefusals,
  example: {
    input: {
      organizationId: ids.organizationId,
      holder: example.holder,
      object: { kind: 'product_type', type: 'web_hosting' },
      right: 'technical',
    },
    output: {
      productCount: 1,
      products: [{ productId: ids.productId, type: 'web_hosting', name: 'alpine.example' }],
      isCoveringLater: true,
      people: { count: 1, accountIds: [ids.accountId], cappedAccountIds: [] },
    },
  },
});

export const endGrant = command({
  subject: 'rpc.teams.grant.end.v1',
  http: { method: 'DELETE', path: '/v1/organizations/:organizationId/grants/:grantId', status: 204 },
  access: 'team:manage',
  summary: 'End a grant; it stays on record',
  input: z.object({ organizationId, grantId }),
  output: z.object({}),
  errors: { GRANT_NOT_FOUND: { status: 404, title: 'There is no such grant' } },
  example: { input: { organizationId: ids.organizationId, grantId: ids.grantId }, output: {} },
});

export const listGrants = query({
  subject: 'rpc.teams.grant.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/grants' },
  access: 'team:read',
  summary: 'Grants of an organization, oldest first',
  description:
    'All of them for who manages teams, on request with those that have ended; for others those that stand and reach them. What was given to somebody, or on a product, that has left since is told of once its end is on record.',
  input: z.object({
    organizationId,
    ...pageInput,
    holder: z
      .union([idSchema('acc'), idSchema('team'), z.literal('organization')])
      .optional()
      .describe('An account, a team, or `organization` for what is given to all members'),
    object: z
      .union([idSchema('prd'), idSchema('res'), ProductTypeKey])
      .optional()
      .describe('A product, a resource, or the key of a product type'),
    right: Right.optional(),
    includeEnded: z.enum(['true', 'false']).default('false').describe('For who manages teams'),
  }),
  output: page(Grant),
  errors: pageErrors,
  example: {
    input: { organizationId: ids.organizationId, object: 'web_hosting' },
    output: { data: [example], nextCursor: null },
  },
});

const grantEventData = z.object({ organizationId, grantId, holder: GrantHolder, object: GrantObject, right: Right });
const exampleEventData = {
  organizationId: ids.organizationId,
  grantId: ids.grantId,
  holder: example.holder,
  object: example.object,
  right: 'technical',
};

export const grantGiven = event({
  subject: 'evt.teams.grant.given.v1',
  summary: 'A right was given',
  entity: 'grantId',
  data: grantEventData,
  invalidatesAccess: 'grants',
  example: exampleEventData,
});
export const grantEnded = event({
  subject: 'evt.teams.grant.ended.v1',
  summary: 'A right was taken back',
  entity: 'grantId',
  data: grantEventData,
  invalidatesAccess: 'grants',
  example: exampleEventData,
});
