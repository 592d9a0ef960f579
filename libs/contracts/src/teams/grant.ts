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
    endsAt: Instant.nullable().describe('When the grant ends by itself'),
    endedAt: Instant.nullable(),
    endedBy: z.string().nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'Grant', description: 'A right of a holder on an object, with validity, giver and reason' });

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

/** The errors of a request for a grant. */
export const grantErrors = {
  PERSON_UNKNOWN: { status: 422, title: 'This person does not belong to the organization' },
  TEAM_NOT_FOUND: { status: 404, title: 'There is no such team' },
  PRODUCT_NOT_FOUND: { status: 404, title: 'There is no such product' },
  PRODUCT_TYPE_UNKNOWN: { status: 422, title: 'There is no such product type' },
  RESOURCE_NOT_FOUND: { status: 404, title: 'The product has no such resource' },
  RIGHT_UNKNOWN: { status: 422, title: 'Products of this type, or resources of this kind, have no such right' },
  RIGHT_NOT_FOR_EXTERNALS: { status: 422, title: 'Externals cannot have this right' },
  GRANT_ENDS_IN_PAST: { status: 422, title: 'The end of the grant is in the past' },
} as const;

const grantRequest = {
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
  summary: 'Grant a right on a product, a product type or a resource to a person, a team or the organization',
  description:
    'If the holder already has this grant, no second grant is created: the later end applies, and the response is ' +
    'the existing grant.',
  input: z.object({ organizationId, ...grantRequest }),
  output: Grant,
  errors: grantErrors,
  example: {
    input: { organizationId: ids.organizationId, holder: example.holder, object: example.object, right: 'technical' },
    output: example,
  },
});

export const giveGrants = command({
  subject: 'rpc.teams.grant.give_many.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/grants/bulk' },
  access: 'team:manage',
  summary: 'Create many grants, with one result per row; idempotent',
  description:
    'Rows are validated one by one, and all valid rows are created together. The status of a row is `given`; ' +
    '`prolonged` when an existing grant got a later end; `already_given` when an existing grant did not change; or ' +
    '`refused` with an error code of `giveGrant`. The id of a `prolonged` or `already_given` row is the id of the ' +
    'existing grant.',
  input: z.object({ organizationId, grants: z.array(z.object(grantRequest)).min(1).max(1_000) }),
  output: z.object({
    results: z.array(
      z.object({
        index: z.int(),
        id: grantId.optional(),
        status: z.enum(['given', 'prolonged', 'already_given', 'refused']),
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
  summary: 'Preview the products and people of a grant before it is created',
  description:
    'A grant on a product type covers products that are bought later; a grant on a product or a resource ' +
    'does not.',
  input: z.object({
    organizationId,
    holder: GrantHolder.optional().describe('Optional; without a holder, the answer lists no people'),
    object: GrantObject,
    right: Right,
  }),
  output: z.object({
    productCount: z.int(),
    products: z
      .array(z.object({ productId: idSchema('prd'), type: ProductTypeKey, name: z.string() }))
      .describe('The products that the grant covers now, at most 200'),
    isCoveringLater: z.boolean().describe('True when the grant also covers products of the type that are bought later'),
    people: z
      .object({
        count: z.int(),
        accountIds: z.array(idSchema('acc')).describe('The people to whom the grant applies now, at most 200'),
        cappedAccountIds: z
          .array(idSchema('acc'))
          .describe(
            'The externals among these people who get a narrower right, because externals cannot have the granted ' +
              'right; at most 200',
          ),
      })
      .nullable(),
  }),
  errors: grantErrors,
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
  summary: 'End a grant; the record is retained',
  input: z.object({ organizationId, grantId }),
  output: z.object({}),
  errors: { GRANT_NOT_FOUND: { status: 404, title: 'There is no such grant' } },
  example: { input: { organizationId: ids.organizationId, grantId: ids.grantId }, output: {} },
});

export const listGrants = query({
  subject: 'rpc.teams.grant.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/grants' },
  access: 'team:read',
  summary: 'List the grants of an organization, oldest first',
  description:
    'People who manage teams see all grants; with `includeEnded`, also ended grants. Other people see the active ' +
    'grants that apply to them. A grant of a former member, or on a product that the organization no longer owns, ' +
    'is listed only after its end is recorded.',
  input: z.object({
    organizationId,
    ...pageInput,
    holder: z
      .union([idSchema('acc'), idSchema('team'), z.literal('organization')])
      .optional()
      .describe('An account id, a team id, or `organization` for grants to all members'),
    object: z
      .union([idSchema('prd'), idSchema('res'), ProductTypeKey])
      .optional()
      .describe('A product id, a resource id, or the key of a product type'),
    right: Right.optional(),
    includeEnded: z.enum(['true', 'false']).default('false').describe('Only for callers who manage teams'),
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
  summary: 'A grant was created',
  entity: 'grantId',
  data: grantEventData,
  invalidatesAccess: 'grants',
  example: exampleEventData,
});
export const grantProlonged = event({
  subject: 'evt.teams.grant.prolonged.v1',
  summary: 'A grant got a later end, or no end',
  entity: 'grantId',
  data: grantEventData.extend({ endsAt: Instant.nullable().describe('The new end; null without an end') }),
  invalidatesAccess: 'grants',
  example: { ...exampleEventData, endsAt: null },
});
export const grantEnded = event({
  subject: 'evt.teams.grant.ended.v1',
  summary: 'A grant was ended',
  entity: 'grantId',
  data: grantEventData,
  invalidatesAccess: 'grants',
  example: exampleEventData,
});
