import * as z from 'zod';
import { query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { ProductTypeKey, Right } from '../products/product-facts.ts';
import { Instant } from '../values.ts';

const organizationId = idSchema('org');
const teamId = idSchema('team');
const accountId = idSchema('acc');

/** Who holds a grant: a person, a team, or the whole organization (externals left out). */
export const GrantHolder = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('account'), accountId }),
    z.object({ kind: z.literal('team'), teamId }),
    z.object({ kind: z.literal('organization') }),
  ])
  .meta({ id: 'GrantHolder' });
export type GrantHolder = z.output<typeof GrantHolder>;

/** What a grant is on: one product, all products of a type (those bought later too), or a resource inside a product. */
export const GrantObject = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('product'), productId: idSchema('prd') }),
    z.object({ kind: z.literal('product_type'), type: ProductTypeKey }),
    z.object({ kind: z.literal('resource'), productId: idSchema('prd'), resourceId: idSchema('res') }),
  ])
  .meta({ id: 'GrantObject' });
export type GrantObject = z.output<typeof GrantObject>;

/** Teams and live grants: the part of the access facts that teams owns. Ended rows are left out; rows with a future end are in. */
export const GrantFacts = z.object({
  organizationId,
  teams: z.array(z.object({ teamId, parentId: teamId.nullable(), name: z.string() })),
  memberships: z.array(z.object({ teamId, accountId, endsAt: Instant.nullable() })),
  grants: z.array(
    z.object({
      grantId: idSchema('grt'), holder: GrantHolder, object: GrantObject, right: Right, givenBy: z.string(), givenAt: Instant, endsAt: Instant.nullable(), reason: z.string().nullable(),
    }),
  ),
});
export type GrantFacts = z.output<typeof GrantFacts>;

export const getGrantFacts = query({
  subject: 'rpc.teams.grant.get_facts.v1',
  access: 'service',
  summary: 'Teams, memberships and grants of an organization, for access checks',
  input: z.object({ organizationId }),
  output: GrantFacts,
  errors: {},
  example: {
    input: { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg' },
    output: {
      organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
      teams: [{ teamId: 'team_01je5nryg0fgz9y05x3mqpmjrg', parentId: null, name: 'Web' }],
      memberships: [{ teamId: 'team_01je5nryg0fgz9y05x3mqpmjrg', accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg', endsAt: null }],
      grants: [
        {
          grantId: 'grt_01je5nryg0fgz9y05x3mqpmjrg', holder: { kind: 'team', teamId: 'team_01je5nryg0fgz9y05x3mqpmjrg' }, object: { kind: 'product_type', type: 'web_hosting' },
          right: 'technical', givenBy: 'acc_01je5nryg0fgz9y05x3mqpmjrg', givenAt: '2026-01-31T09:00:00.000Z', endsAt: null, reason: null,
        },
      ],
    },
  },
});
