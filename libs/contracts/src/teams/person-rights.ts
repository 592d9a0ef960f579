import * as z from 'zod';
import { command, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Right } from '../products/product-snapshot.ts';
import { Instant, text } from '../values.ts';
import { GrantHolder, GrantObject } from './grant-snapshot.ts';
import { grantRefusals } from './grant.ts';

const thing = { organizationId: idSchema('org'), accountId: idSchema('acc'), productId: idSchema('prd') };
const ids = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
  productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
};

export const PersonRights = z
  .object({
    accountId: idSchema('acc'),
    productId: idSchema('prd'),
    resourceId: idSchema('res').nullable().describe('Null: the product as a whole'),
    rights: z
      .array(z.object({ right: Right, grantId: idSchema('grt'), endsAt: Instant.nullable() }))
      .describe('What was given to the person on exactly this, in alphabetical order'),
    isManager: z.boolean().describe('The role gives every right but those on content'),
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
            .describe('The rights that it gives here: fewer, or none, where a restriction narrows it'),
        }),
      )
      .describe('What else reaches the person here: by teams, by the whole organization, from further up'),
  })
  .meta({
    id: 'PersonRights',
    description: 'The rights of a person on a product or a resource, and where they come from',
  });

const { PRODUCT_NOT_FOUND, RESOURCE_NOT_FOUND, RIGHT_UNKNOWN, RIGHT_NOT_FOR_EXTERNALS, GRANT_ENDS_IN_PAST } =
  grantRefusals;
const notFound = {
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
  summary: 'The rights of a person on a product or a resource of it',
  input: z.object({ ...thing, resourceId: idSchema('res').optional() }),
  output: PersonRights,
  errors: notFound,
  example: { input: ids, output: example },
});

export const setPersonRights = command({
  subject: 'rpc.teams.person_rights.set.v1',
  http: { method: 'PUT', path: '/v1/organizations/:organizationId/accounts/:accountId/products/:productId/rights' },
  access: 'team:manage',
  summary: 'Give a person exactly these rights on a product or a resource of it, from now on',
  description:
    'Gives and ends what differs; what reaches the person from elsewhere is left as it is and answered with. ' +
    'What the person has already stays, also where it is no longer given to others. Repeating it changes ' +
    'nothing.',
  input: z.object({
    ...thing,
    resourceId: idSchema('res').optional(),
    rights: z.array(Right).max(100),
    endsAt: Instant.nullable().default(null).describe('When all of them end by themselves'),
    reason: text(255).nullable().default(null),
  }),
  output: PersonRights,
  errors: { ...notFound, RIGHT_UNKNOWN, RIGHT_NOT_FOR_EXTERNALS, GRANT_ENDS_IN_PAST },
  example: { input: { ...ids, rights: ['technical'] }, output: example },
});
