import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Right } from '../products/product-facts.ts';
import { Instant, text } from '../values.ts';
import { GrantHolder, GrantObject } from './grant-facts.ts';

const organizationId = idSchema('org');
const grantId = idSchema('grt');
const ids = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', grantId: 'grt_01je5nryg0fgz9y05x3mqpmjrg', accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg', productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg' };

export const Grant = z
  .object({
    id: grantId, holder: GrantHolder, object: GrantObject, right: Right, givenBy: z.string(), givenAt: Instant, endsAt: Instant.nullable(), endedAt: Instant.nullable(), reason: z.string().nullable(),
  })
  .meta({ id: 'Grant', description: 'Who may do what on what, until when, given by whom and why' });

const example = {
  id: ids.grantId, holder: { kind: 'account' as const, accountId: ids.accountId }, object: { kind: 'product' as const, productId: ids.productId }, right: 'technical',
  givenBy: ids.accountId, givenAt: '2026-01-31T09:00:00.000Z', endsAt: null, endedAt: null, reason: null,
};

export const giveGrant = command({
  subject: 'rpc.teams.grant.give.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/grants', status: 201 },
  access: 'team:manage',
  summary: 'Give a person, a team or the whole organization rights on a product, a type or a resource',
  description: 'Giving what is already given changes nothing and answers with the grant that is there.',
  input: z.object({ organizationId, holder: GrantHolder, object: GrantObject, right: Right, endsAt: Instant.nullable().default(null), reason: text(255).nullable().default(null) }),
  output: Grant,
  errors: {
    PERSON_UNKNOWN: { status: 422, title: 'This person does not belong to the organization' },
    TEAM_NOT_FOUND: { status: 404, title: 'There is no such team' },
    PRODUCT_NOT_FOUND: { status: 404, title: 'There is no such product' },
    PRODUCT_TYPE_UNKNOWN: { status: 422, title: 'There is no such product type' },
    RESOURCE_NOT_FOUND: { status: 404, title: 'The product has no such resource' },
    RIGHT_UNKNOWN: { status: 422, title: 'Products of this type, or resources of this kind, have no such right' },
    RIGHT_NOT_FOR_EXTERNALS: { status: 422, title: 'This right is never given to an external' },
    GRANT_ENDS_IN_PAST: { status: 422, title: 'The grant would have ended already' },
  },
  example: { input: { organizationId: ids.organizationId, holder: example.holder, object: example.object, right: 'technical' }, output: example },
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
  summary: 'Live grants of an organization',
  input: z.object({ organizationId }),
  output: z.object({ data: z.array(Grant) }),
  errors: {},
  example: { input: { organizationId: ids.organizationId }, output: { data: [example] } },
});

const grantFact = z.object({ organizationId, grantId, holder: GrantHolder, object: GrantObject, right: Right });
const exampleFact = { organizationId: ids.organizationId, grantId: ids.grantId, holder: example.holder, object: example.object, right: 'technical' };

export const grantGiven = event({ subject: 'evt.teams.grant.given.v1', summary: 'A right was given', entity: 'grantId', data: grantFact, changesAccess: 'grants', example: exampleFact });
export const grantEnded = event({ subject: 'evt.teams.grant.ended.v1', summary: 'A right was taken back', entity: 'grantId', data: grantFact, changesAccess: 'grants', example: exampleFact });
