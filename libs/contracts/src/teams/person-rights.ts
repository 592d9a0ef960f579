import * as z from 'zod';
import { command, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Right } from '../products/product-snapshot.ts';
import { Instant, text } from '../values.ts';
import { GrantHolder, GrantObject } from './grant-snapshot.ts';
import { grantErrors } from './grant.ts';

const target = { organizationId: idSchema('org'), accountId: idSchema('acc'), productId: idSchema('prd') };
const ids = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
  productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
};

export const PersonRights = z
  .object({
    accountId: idSchema('acc'),
    productId: idSchema('prd'),
    resourceId: idSchema('res').nullable().describe('Null for the product as a whole'),
    rights: z
      .array(z.object({ right: Right, grantId: idSchema('grt'), endsAt: Instant.nullable() }))
      .describe('The rights granted to the person on this object itself, in alphabetical order'),
    isManager: z.boolean().describe('True when the role gives every right except content rights'),
    others: z
      .array(
        z.object({
          right: Right,
          grantId: idSchema('grt'),
          holder: GrantHolder,
          object: GrantObject,
          endsAt: Instant.nullable(),
          gives: z
            .array(Right)
            .describe('The rights that the source gives on this object; fewer or none when a restriction narrows them'),
        }),
      )
      .describe('Rights from other sources: teams, grants to the organization, and grants on outer objects'),
  })
  .meta({
    id: 'PersonRights',
    description: 'The rights of a person on a product or resource, with their sources',
  });

const { PRODUCT_NOT_FOUND, RESOURCE_NOT_FOUND, RIGHT_UNKNOWN, RIGHT_NOT_FOR_EXTERNALS, GRANT_ENDS_IN_PAST } =
  grantErrors;
const notFoundErrors = {
  PERSON_NOT_FOUND: { status: 404, title: 'There is no such person in this organization' },
  PRODUCT_NOT_FOUND,
  RESOURCE_NOT_FOUND,
} as const;
const example = {
  accountId: ids.accountId,
  productId: ids.productId,
  resourceId: null,
  rights: [{ right: 'technical', grantId: 'grt_01je5nryg0fgz9y05x3mqpmjrg', endsAt: null }],
  isManager: false,
  others: [],
};

export const getPersonRights = query({
  subject: 'rpc.teams.person_rights.get.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/accounts/:accountId/products/:productId/rights' },
  access: 'team:manage',
  summary: 'Get the rights of a person on a product or one of its resources',
  input: z.object({ ...target, resourceId: idSchema('res').optional() }),
  output: PersonRights,
  errors: notFoundErrors,
  example: { input: ids, output: example },
});

export const setPersonRights = command({
  subject: 'rpc.teams.person_rights.set.v1',
  http: { method: 'PUT', path: '/v1/organizations/:organizationId/accounts/:accountId/products/:productId/rights' },
  access: 'team:manage',
  summary: 'Replace the direct rights of a person on a product or one of its resources',
  description:
    'Creates and ends grants until the direct rights equal the list. Rights from other sources do not ' +
    'change and are part of the response. A right that the person already has remains valid, also when the ' +
    'catalogue has retired it. Idempotent.',
  input: z.object({
    ...target,
    resourceId: idSchema('res').optional(),
    rights: z.array(Right).max(100),
    endsAt: Instant.nullable().default(null).describe('When these grants end by themselves'),
    reason: text(255).nullable().default(null),
  }),
  output: PersonRights,
  errors: { ...notFoundErrors, RIGHT_UNKNOWN, RIGHT_NOT_FOR_EXTERNALS, GRANT_ENDS_IN_PAST },
  example: { input: { ...ids, rights: ['technical'] }, output: example },
});
