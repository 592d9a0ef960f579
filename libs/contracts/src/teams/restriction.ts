import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Right } from '../products/product-snapshot.ts';
import { Instant, text } from '../values.ts';
import { GrantHolder } from './grant-snapshot.ts';
import { grantRefusals } from './grant.ts';

const organizationId = idSchema('org');
const productId = idSchema('prd');
const resourceId = idSchema('res');
const ids = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
  resourceId: 'res_01je5nryg0fgz9y05x3mqpmjrg',
};

/** A place where nothing is inherited by way of its holder (PROD-2). */
export const Restriction = z
  .object({
    holder: GrantHolder,
    productId,
    resourceId,
    right: Right.nullable().describe(
      'What the holder was given on exactly this resource, the widest right of it: what they have in the place of what is inherited; null: nothing',
    ),
    since: Instant,
    endsAt: Instant.nullable(),
    setBy: z.string(),
  })
  .meta({
    id: 'Restriction',
    description: 'From a resource on, nothing that is given further up reaches anybody by way of this holder',
  });

const example = {
  holder: { kind: 'team' as const, teamId: 'team_01je5nryg0fgz9y05x3mqpmjrg' },
  productId: ids.productId,
  resourceId: ids.resourceId,
  right: 'view',
  since: '2026-01-31T09:00:00.000Z',
  endsAt: null,
  setBy: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
};
const { PRODUCT_TYPE_UNKNOWN: _, ...refusals } = grantRefusals;
const notFound = { PRODUCT_NOT_FOUND: refusals.PRODUCT_NOT_FOUND, RESOURCE_NOT_FOUND: refusals.RESOURCE_NOT_FOUND };

export const restrictResource = command({
  subject: 'rpc.teams.restriction.set.v1',
  http: {
    method: 'POST',
    path: '/v1/organizations/:organizationId/products/:productId/resources/:resourceId/restrictions',
  },
  access: 'team:manage',
  summary: 'Let nothing be inherited on a resource by way of a holder; give one right there instead, or none',
  description:
    'It holds for the resource and what lies in it, until it ends or inheritance is restored: what is given further up afterwards, or again, does not lift it. The right, where there is one, replaces what the holder has on exactly this resource. Repeating it changes nothing; another right or end takes the place of the one before.',
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
  errors: refusals,
  example: { input: { ...ids, holder: example.holder, right: 'view' }, output: example },
});

export const restoreInheritance = command({
  subject: 'rpc.teams.restriction.lift.v1',
  http: {
    method: 'POST',
    path: '/v1/organizations/:organizationId/products/:productId/resources/:resourceId/restore-inheritance',
  },
  access: 'team:manage',
  summary: 'Lift the restrictions of a resource, of one holder or all; the rights that were given with them end',
  description:
    'What is given further up reaches the resource again. A right that stood before, or was set for the person since, stays. Where nothing is restricted nothing changes.',
  input: z.object({
    organizationId,
    productId,
    resourceId,
    holder: GrantHolder.optional().describe('Only the one of this holder'),
  }),
  output: z.object({ lifted: z.int().describe('How many restrictions stood') }),
  errors: notFound,
  example: { input: ids, output: { lifted: 1 } },
});

export const listRestrictions = query({
  subject: 'rpc.teams.restriction.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/products/:productId/restrictions' },
  access: 'team:manage',
  summary: 'Where in a product inheritance is restricted, newest first, at most 1,000',
  input: z.object({ organizationId, productId, resourceId: resourceId.optional() }),
  output: z.object({ data: z.array(Restriction) }),
  errors: { PRODUCT_NOT_FOUND: refusals.PRODUCT_NOT_FOUND },
  example: { input: { organizationId: ids.organizationId, productId: ids.productId }, output: { data: [example] } },
});

const restrictionEventData = z.object({ organizationId, productId, resourceId, holder: GrantHolder });

export const inheritanceRestricted = event({
  subject: 'evt.teams.inheritance.restricted.v1',
  summary: 'Nothing is inherited on a resource any more by way of a holder',
  entity: 'resourceId',
  data: restrictionEventData.extend({ right: Right.nullable(), endsAt: Instant.nullable() }),
  invalidatesAccess: 'grants',
  example: { ...ids, holder: example.holder, right: 'view', endsAt: null },
});

export const inheritanceRestored = event({
  subject: 'evt.teams.inheritance.restored.v1',
  summary: 'A holder inherits on a resource again',
  entity: 'resourceId',
  data: restrictionEventData.extend({
    since: Instant.optional().describe(
      'Since when it does: a restriction that ended by itself is reported a little later. Left out: since this fact',
    ),
  }),
  invalidatesAccess: 'grants',
  example: { ...ids, holder: example.holder, since: '2026-01-31T09:00:00.000Z' },
});
