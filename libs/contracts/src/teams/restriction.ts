import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Right } from '../products/product-snapshot.ts';
import { Instant, page, pageErrors, pageInput, text } from '../values.ts';
import { GrantHolder } from './grant-snapshot.ts';
import { grantErrors } from './grant.ts';

const organizationId = idSchema('org');
const productId = idSchema('prd');
const resourceId = idSchema('res');
const ids = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
  resourceId: 'res_01je5nryg0fgz9y05x3mqpmjrg',
};

/** An override that narrows the rights that its holder inherits on a resource (ACC-1). */
export const Restriction = z
  .object({
    holder: GrantHolder,
    productId,
    resourceId,
    right: Right.nullable().describe(
      'The widest right that the holder keeps of the inherited rights; null removes all inherited rights',
    ),
    since: Instant,
    endsAt: Instant.nullable(),
    setBy: z.string(),
    reason: z.string().nullable(),
  })
  .meta({
    id: 'Restriction',
    description: 'Narrows the rights that a holder inherits on a resource; never gives a right',
  });

const example = {
  holder: { kind: 'team' as const, teamId: 'team_01je5nryg0fgz9y05x3mqpmjrg' },
  productId: ids.productId,
  resourceId: ids.resourceId,
  right: 'view',
  since: '2026-01-31T09:00:00.000Z',
  endsAt: null,
  setBy: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
  reason: null,
};
// A restriction is always on a resource, so its request cannot name an unknown product type.
const { PRODUCT_TYPE_UNKNOWN: _, ...restrictionErrors } = grantErrors;
const notFoundErrors = {
  PRODUCT_NOT_FOUND: restrictionErrors.PRODUCT_NOT_FOUND,
  RESOURCE_NOT_FOUND: restrictionErrors.RESOURCE_NOT_FOUND,
};

export const restrictResource = command({
  subject: 'rpc.teams.restriction.set.v1',
  http: {
    method: 'POST',
    path: '/v1/organizations/:organizationId/products/:productId/resources/:resourceId/restrictions',
  },
  access: 'team:manage',
  summary: 'Narrow the rights that a holder inherits on a resource to one right, or to none',
  description:
    'The restriction applies to the resource and to the resources in it. Until its end, it narrows every right that ' +
    'a person inherits through the holder from an outer resource, the product or the product type, including rights ' +
    'that are granted later. The restriction gives no right and changes no grant: grants on the resource itself, or ' +
    'on a resource in it, keep their effect. Repeating the call changes nothing. A call with another right or end ' +
    'replaces the restriction of the holder.',
  input: z.object({
    organizationId,
    productId,
    resourceId,
    holder: GrantHolder,
    right: Right.nullable().default(null),
    endsAt: Instant.nullable().default(null),
    reason: text(255).nullable().default(null),
  }),
  output: Restriction,
  errors: restrictionErrors,
  example: { input: { ...ids, holder: example.holder, right: 'view' }, output: example },
});

export const restoreInheritance = command({
  subject: 'rpc.teams.restriction.lift.v1',
  http: {
    method: 'POST',
    path: '/v1/organizations/:organizationId/products/:productId/resources/:resourceId/restore-inheritance',
  },
  access: 'team:manage',
  summary: 'End the restrictions of a resource, for one holder or for all holders',
  description:
    'The holder again inherits all rights from the outer resources, the product and the product type. Grants do ' +
    'not change. When the resource has no restriction, nothing changes.',
  input: z.object({
    organizationId,
    productId,
    resourceId,
    holder: GrantHolder.optional().describe('Ends only the restriction of this holder'),
  }),
  output: z.object({ lifted: z.int().describe('The number of restrictions that ended') }),
  errors: notFoundErrors,
  example: { input: ids, output: { lifted: 1 } },
});

export const listRestrictions = query({
  subject: 'rpc.teams.restriction.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/products/:productId/restrictions' },
  access: 'team:manage',
  summary: 'List the restrictions in a product, newest first',
  description: 'A page can have fewer rows than its limit; `nextCursor` is null on the last page.',
  input: z.object({ organizationId, productId, resourceId: resourceId.optional(), ...pageInput }),
  output: page(Restriction),
  errors: { PRODUCT_NOT_FOUND: restrictionErrors.PRODUCT_NOT_FOUND, ...pageErrors },
  example: {
    input: { organizationId: ids.organizationId, productId: ids.productId },
    output: { data: [example], nextCursor: null },
  },
});

const restrictionEventData = z.object({ organizationId, productId, resourceId, holder: GrantHolder });

export const inheritanceRestricted = event({
  subject: 'evt.teams.inheritance.restricted.v1',
  summary: 'A restriction was set on a resource, or its right changed',
  entity: 'resourceId',
  data: restrictionEventData.extend({ right: Right.nullable(), endsAt: Instant.nullable() }),
  invalidatesAccess: 'grants',
  example: { ...ids, holder: example.holder, right: 'view', endsAt: null },
});

export const inheritanceRestored = event({
  subject: 'evt.teams.inheritance.restored.v1',
  summary: 'A restriction ended, and its holder inherits all rights on the resource again',
  entity: 'resourceId',
  data: restrictionEventData.extend({
    since: Instant.optional().describe(
      'For a restriction that ended by itself: the instant of its end, a little before this event. Omitted for ' +
        'other restrictions',
    ),
  }),
  invalidatesAccess: 'grants',
  example: { ...ids, holder: example.holder, since: '2026-01-31T09:00:00.000Z' },
});
