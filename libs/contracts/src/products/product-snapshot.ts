import * as z from 'zod';
import { query } from '../contract.ts';
import { snapshotInput, snapshotOutput, fullSnapshot } from '../access-snapshot.ts';
import { idSchema } from '../id.ts';

/** Key of a catalogue entry: `web_hosting`, `drive`. */
export const ProductTypeKey = z
  .string()
  .regex(/^(?!(?:prd|res)_)[a-z][a-z_]{1,40}$/, 'must be lower-case words, and not look like an id')
  .meta({ description: 'Product type', examples: ['web_hosting'] });
/** A right on a product type's things: `technical`, `statistics`, `read`. */
export const Right = z
  .string()
  .regex(/^[a-z][a-z_]{1,40}$/)
  .meta({ description: 'Right', examples: ['technical'] });

const productId = idSchema('prd');
const resourceId = idSchema('res');
const accountId = idSchema('acc');

/** What products there are, which are blocked, and what is in them: the part of the access facts that products owns. */
export const ProductSnapshot = z.object({
  ...snapshotOutput,
  products: z.array(
    z.object({
      productId,
      type: ProductTypeKey,
      name: z.string(),
      isBlocked: z.boolean(),
      ownershipNumber: z
        .int()
        .min(1)
        .describe('Which time the organization has it: 1, or more when it left and came back'),
    }),
  ),
  resources: z.array(
    z.object({
      resourceId,
      productId,
      kind: z.string(),
      name: z.string(),
      parentId: resourceId
        .nullable()
        .describe('The resource it lies in, of the same product: what is given there reaches this one too'),
      ownerAccountId: accountId.nullable().describe('Whose it is: they read what is in it (ACC-4)'),
      ownerMemberId: idSchema('mem')
        .nullable()
        .describe('The owner in their time in the organization: when they leave and come back, it is not theirs'),
    }),
  ),
});
export type ProductSnapshot = z.output<typeof ProductSnapshot>;

export const getProductSnapshot = query({
  subject: 'rpc.products.product.get_snapshot.v1',
  access: 'service',
  isForAccess: true,
  summary: 'Products and resources of an organization, for access checks',
  input: z.object(snapshotInput),
  output: ProductSnapshot,
  errors: {},
  example: {
    input: { organizationId: fullSnapshot.organizationId },
    output: {
      ...fullSnapshot,
      products: [
        {
          productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
          type: 'drive',
          name: 'Drive',
          isBlocked: false,
          ownershipNumber: 1,
        },
      ],
      resources: [
        {
          resourceId: 'res_01je5nryg0fgz9y05x3mqpmjrg',
          productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
          kind: 'folder',
          name: 'Plans',
          parentId: null,
          ownerAccountId: null,
          ownerMemberId: null,
        },
      ],
    },
  },
});
