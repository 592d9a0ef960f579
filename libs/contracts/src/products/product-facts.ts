import * as z from 'zod';
import { query } from '../contract.ts';
import { idSchema } from '../id.ts';

/** Key of a catalogue entry: `web_hosting`, `drive`. */
export const ProductTypeKey = z.string().regex(/^[a-z][a-z_]{1,40}$/).meta({ description: 'Product type', examples: ['web_hosting'] });
/** A right on a product type's things: `technical`, `statistics`, `read`. */
export const Right = z.string().regex(/^[a-z][a-z_]{1,40}$/).meta({ description: 'Right', examples: ['technical'] });

const organizationId = idSchema('org');

/** What products there are and which are blocked: the part of the access facts that products owns. */
export const ProductFacts = z.object({
  organizationId,
  products: z.array(
    z.object({
      productId: idSchema('prd'), type: ProductTypeKey, name: z.string(), isBlocked: z.boolean(),
      ownedResources: z.array(z.object({ resourceId: idSchema('res'), accountId: idSchema('acc') })).optional().describe('Resources that belong to one person, who reads what is in them (ACC-4)'),
    }),
  ),
});
export type ProductFacts = z.output<typeof ProductFacts>;

export const getProductFacts = query({
  subject: 'rpc.products.product.get_facts.v1',
  access: 'service',
  summary: 'Products of an organization, for access checks',
  input: z.object({ organizationId }),
  output: ProductFacts,
  errors: {},
  example: {
    input: { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg' },
    output: {
      organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
      products: [{ productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg', type: 'web_hosting', name: 'alpine.example', isBlocked: false }],
    },
  },
});
