import * as z from 'zod';
import { query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { ProductTypeKey, Right } from '../products/product-snapshot.ts';
import { snapshotInput, snapshotOutput, fullSnapshot } from '../access-snapshot.ts';
import { Instant } from '../values.ts';

const teamId = idSchema('team');
const accountId = idSchema('acc');
const memberId = idSchema('mem');

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

/** A holder as the facts name it. For a person it is their time in the organization: what they were given before they left does not count when they come back. */
export const SnapshotHolder = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('account'), accountId, memberId }),
  z.object({ kind: z.literal('team'), teamId }),
  z.object({ kind: z.literal('organization') }),
]);
export type SnapshotHolder = z.output<typeof SnapshotHolder>;

const ownershipNumber = z
  .int()
  .min(1)
  .describe('During which ownership period of the product; in another one it does not count');

/** An object as the facts name it: what was given on a product before it left does not count when it comes back. */
export const SnapshotObject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('product'), productId: idSchema('prd'), ownershipNumber }),
  z.object({ kind: z.literal('product_type'), type: ProductTypeKey }),
  z.object({ kind: z.literal('resource'), productId: idSchema('prd'), resourceId: idSchema('res'), ownershipNumber }),
]);
export type SnapshotObject = z.output<typeof SnapshotObject>;

/** Teams, and what is given: the part of the access facts that teams owns. What has ended is left out; what is to end in the future is in. */
export const GrantSnapshot = z.object({
  ...snapshotOutput,
  teams: z.array(
    z.object({
      teamId,
      parentId: teamId.nullable(),
      name: z.string(),
      isMembersOnly: z.boolean().describe('It gives nothing to externals (TEAM-5)'),
      parentEndsAt: Instant.nullable().describe('Until when it stands in its parent'),
    }),
  ),
  memberships: z.array(z.object({ teamId, memberId, endsAt: Instant.nullable() })),
  grants: z
    .array(
      z.object({
        grantId: idSchema('grt'),
        holder: SnapshotHolder,
        object: SnapshotObject,
        right: Right,
        endsAt: Instant.nullable(),
        hasEnded: z.literal(true).optional(),
      }),
    )
    .describe('Those that stand; among the changed ones also those that have ended, marked so'),
  restrictions: z
    .array(
      z.object({
        holder: SnapshotHolder,
        resourceId: idSchema('res'),
        ownershipNumber,
        right: Right.nullable().describe('What the holder keeps of the inherited rights, at most; null: nothing'),
        endsAt: Instant.nullable(),
      }),
    )
    .describe('What reaches a person by way of the holder from further out is reduced on the resource to the right'),
});
export type GrantSnapshot = z.output<typeof GrantSnapshot>;

export const getGrantSnapshot = query({
  subject: 'rpc.teams.grant.get_snapshot.v1',
  access: 'service',
  isForAccess: true,
  summary: 'Teams, memberships, grants and restrictions of an organization, for access checks',
  input: z.object(snapshotInput),
  output: GrantSnapshot,
  errors: {},
  example: {
    input: { organizationId: fullSnapshot.organizationId },
    output: {
      ...fullSnapshot,
      teams: [
        {
          teamId: 'team_01je5nryg0fgz9y05x3mqpmjrg',
          parentId: null,
          name: 'Web',
          isMembersOnly: false,
          parentEndsAt: null,
        },
      ],
      memberships: [
        { teamId: 'team_01je5nryg0fgz9y05x3mqpmjrg', memberId: 'mem_01je5nryg0fgz9y05x3mqpmjrg', endsAt: null },
      ],
      grants: [
        {
          grantId: 'grt_01je5nryg0fgz9y05x3mqpmjrg',
          holder: { kind: 'team', teamId: 'team_01je5nryg0fgz9y05x3mqpmjrg' },
          object: { kind: 'product_type', type: 'web_hosting' },
          right: 'technical',
          endsAt: null,
        },
      ],
      restrictions: [],
    },
  },
});
