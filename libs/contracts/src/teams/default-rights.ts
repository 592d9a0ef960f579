import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { ifMatch } from '../if-match.ts';
import { Right } from '../products/product-snapshot.ts';

const organizationId = idSchema('org');
const productId = idSchema('prd');
const kind = z
  .string()
  .regex(/^[a-z][a-z_]{1,40}$/)
  .meta({ description: 'Kind of resource', examples: ['mail_address'] });
const ids = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
  kind: 'mail_address',
};

export const DefaultRights = z
  .object({
    productId,
    kind,
    rights: z.array(Right).describe('The rights that the owner of a new resource of this kind gets'),
    isOwn: z
      .boolean()
      .describe('True when the organization has set the rights; false for the default of the catalogue'),
    version: z.int().describe('Version for the If-Match header; 0 before the first change'),
  })
  .meta({ id: 'DefaultRights', description: 'The default rights of the owners of new resources in a product' });

const example = {
  productId: ids.productId,
  kind: ids.kind,
  rights: ['auto_reply', 'signatures'],
  isOwn: true,
  version: 1,
};
const notFoundErrors = {
  PRODUCT_NOT_FOUND: { status: 404, title: 'There is no such product' },
  RESOURCE_KIND_NOT_FOUND: { status: 404, title: 'Products of this type have no resources of this kind' },
} as const;

export const getDefaultRights = query({
  subject: 'rpc.teams.default_rights.get.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/products/:productId/default-rights/:kind' },
  access: 'team:manage',
  summary: 'Get the default rights of a product; the ETag is for If-Match',
  input: z.object({ organizationId, productId, kind }),
  output: DefaultRights,
  errors: notFoundErrors,
  example: { input: ids, output: example },
});

export const setDefaultRights = command({
  subject: 'rpc.teams.default_rights.set.v1',
  http: { method: 'PUT', path: '/v1/organizations/:organizationId/products/:productId/default-rights/:kind' },
  access: 'team:manage',
  summary: 'Set the default rights of the owners of new resources',
  description: 'Existing resources keep their rights. Null restores the default of the catalogue.',
  input: z.object({
    organizationId,
    productId,
    kind,
    rights: z.array(Right).max(100).nullable(),
    ifMatch,
  }),
  output: DefaultRights,
  errors: {
    ...notFoundErrors,
    RIGHT_UNKNOWN: { status: 422, title: 'Resources of this kind have no such right' },
  },
  example: { input: { ...ids, rights: example.rights }, output: example },
});

const rights = z.array(Right).nullable();

export const defaultRightsSet = event({
  subject: 'evt.teams.default_rights.set.v1',
  summary: 'An organization set the default rights of new resources; null means the default of the catalogue',
  entity: 'productId',
  data: z.object({ organizationId, productId, kind, before: rights, after: rights }),
  example: { ...ids, before: null, after: example.rights },
});
