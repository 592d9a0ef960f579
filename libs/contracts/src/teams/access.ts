import * as z from 'zod';
import { query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Right } from '../products/product-facts.ts';
import { Instant } from '../values.ts';
import { GrantHolder, GrantObject } from './grant-facts.ts';

const organizationId = idSchema('org');
const accountId = idSchema('acc');
const question = {
  organizationId,
  accountId: accountId.optional().describe('Whose right; oneself when left out. Asking about others needs to manage people'),
  right: Right,
  productId: idSchema('prd'),
  resourceId: idSchema('res').optional(),
};
const exampleQuestion = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg', right: 'technical', productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg' };
const errors = { PERMISSION_DENIED: { status: 403, title: 'You may ask about yourself only' } } as const;

export const Refusal = z.enum(['not_in_organization', 'person_blocked', 'product_unknown', 'product_blocked', 'external_capped', 'no_grant']);

export const checkAccess = query({
  subject: 'rpc.teams.access.check.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/access/check' },
  access: 'access:ask',
  summary: 'May this person do this on this product? (ACC-2)',
  input: z.object(question),
  output: z.object({ isAllowed: z.boolean() }),
  errors,
  example: { input: exampleQuestion, output: { isAllowed: true } },
});

export const AccessChain = z
  .discriminatedUnion('via', [
    z.object({ via: z.literal('role'), role: z.string(), text: z.string() }),
    z.object({ via: z.literal('owner'), text: z.string() }),
    z.object({
      via: z.literal('grant'), grantId: idSchema('grt'), holder: GrantHolder, object: GrantObject, right: Right.describe('The right that was given; a wider one gives the narrower'),
      teams: z.array(z.object({ teamId: idSchema('team'), name: z.string() })).describe('From the team the person is in, up to the one that holds the grant; only teams that the asker may see'),
      givenBy: z.string(), givenAt: Instant, endsAt: Instant.nullable(), text: z.string(),
    }),
  ])
  .meta({ id: 'AccessChain', description: 'One way in which a person has a right; `text` says it in a sentence' });

export const explainAccess = query({
  subject: 'rpc.teams.access.explain.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/access/explain' },
  access: 'access:ask',
  summary: 'Every way in which this person has this right, or why not',
  description: 'The texts are sentences in the language that was asked for. Whoever does not manage people is told the names of their own teams only, and nothing of products that they cannot see.',
  input: z.object(question),
  output: z.object({ isAllowed: z.boolean(), chains: z.array(AccessChain), refusal: Refusal.nullable(), text: z.string() }),
  errors,
  example: {
    input: exampleQuestion,
    output: {
      isAllowed: true, chains: [{ via: 'role', role: 'administrator', text: 'The role of administrator gives this right on every product.' }], refusal: null,
      text: 'This is allowed. The role of administrator gives this right on every product.',
    },
  },
});
