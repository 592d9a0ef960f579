import * as z from 'zod';
import { query } from '../contract.ts';
import { snapshotInput, snapshotOutput, exampleCompleteSnapshot } from '../access-snapshot.ts';
import { idSchema } from '../id.ts';

/** Key of a catalogue entry: `web_hosting`, `drive`. */
export const ProductTypeKey = z
  .string()
  .regex(
    /^(?!(?:prd|res)_)[a-z][a-z_]{1,40}$/,
    'must have 2 to 41 lower-case letters and underscores, and must not start with prd_ or res_',
  )
  .meta({ description: 'Product type', examples: ['web_hosting'] });
/** A right on products or resources: `technical`, `statistics`, `read`. */
export const Right = z
  .string()
  .regex(/^[a-z][a-z_]{1,40}$/)
  .meta({ description: 'Right', examples: ['technical'] });

const productId = idSchema('prd');
const resourceId = idSchema('res');
const accountId = idSchema('acc');

/** The part of the access snapshot that the products service owns. */
export const ProductSnapshot = z.object({
  ...snapshotOutput,
  products: z.array(
    z.object({
      productId,
      type: ProductTypeKey,
      name: z.string(),
      isBlocked: z.boolean(),
      ownershipNumber: z.int().min(1).describe('Number of the current ownership period'),
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
        .describe('The parent resource in the same product; grants on the parent apply to this resource too'),
      ownerAccountId: accountId.nullable().describe('The owner, who may read the content'),
      ownerMemberId: idSchema('mem')
        .nullable()
        .describe(
          'The membership period of the owner: a person who leaves and joins again no longer owns the resource',
        ),
    }),
  ),
});
export type ProductSnapshot = z.output<typeof ProductSnapshot>;

export const getProductSnapshot = query({
  subject: 'rpc.products.product.get_snapshot.v1',
  access: 'service',
  callers: 'every_service',
  isForAccess: true,
  hasUncheckedOutput: true,
  summary: 'Get the products and resources of an organization, for access checks',
  input: z.object(snapshotInput),
  output: ProductSnapshot,
  errors: {},
  example: {
    input: { organizationId: exampleCompleteSnapshot.organizationId },
    output: {
      ...exampleCompleteSnapshot,
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
