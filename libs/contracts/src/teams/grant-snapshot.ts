import * as z from 'zod';
import { query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { ProductTypeKey, Right } from '../products/product-snapshot.ts';
import { snapshotInput, snapshotOutput, exampleCompleteSnapshot } from '../access-snapshot.ts';
import { Instant } from '../values.ts';

const teamId = idSchema('team');
const accountId = idSchema('acc');
const memberId = idSchema('mem');

/** A person, a team, or the whole organization without externals. */
export const GrantHolder = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('account'), accountId }),
    z.object({ kind: z.literal('team'), teamId }),
    z.object({ kind: z.literal('organization') }),
  ])
  .meta({ id: 'GrantHolder' });
export type GrantHolder = z.output<typeof GrantHolder>;

/** A product, all products of a type (also products that are bought later), or a resource. */
export const GrantObject = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('product'), productId: idSchema('prd') }),
    z.object({ kind: z.literal('product_type'), type: ProductTypeKey }),
    z.object({ kind: z.literal('resource'), productId: idSchema('prd'), resourceId: idSchema('res') }),
  ])
  .meta({ id: 'GrantObject' });
export type GrantObject = z.output<typeof GrantObject>;

/**
 * The holder in a snapshot. A person is identified by their membership period, because grants of an earlier period do
 * not apply.
 */
export const SnapshotHolder = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('account'), accountId, memberId }),
  z.object({ kind: z.literal('team'), teamId }),
  z.object({ kind: z.literal('organization') }),
]);
export type SnapshotHolder = z.output<typeof SnapshotHolder>;

const ownershipNumber = z.int().min(1).describe('The ownership period of the product in which the grant applies');

/** The object in a snapshot, with its ownership period, because grants of an earlier period do not apply. */
export const SnapshotObject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('product'), productId: idSchema('prd'), ownershipNumber }),
  z.object({ kind: z.literal('product_type'), type: ProductTypeKey }),
  z.object({ kind: z.literal('resource'), productId: idSchema('prd'), resourceId: idSchema('res'), ownershipNumber }),
]);
export type SnapshotObject = z.output<typeof SnapshotObject>;

/**
 * Many grants of a page. It names each holder, object, right and end once, because a large organization has far more
 * grants than holders and objects.
 */
export const PackedSnapshotGrants = z.object({
  holders: z.array(z.string()).describe('Id of a membership period (`mem_…`), id of a team, or `organization`'),
  objects: z.array(z.string()).describe('Id of a product or a resource, or key of a product type'),
  ownershipNumbers: z.array(z.int()).describe('The ownership period of each object; 1 for a product type'),
  rights: z.array(Right),
  ends: z.array(Instant.nullable()),
  grantIds: z.array(idSchema('grt')),
  positions: z
    .array(z.int())
    .describe('Four numbers for each grant: the positions of its holder, object, right and end in their lists'),
});
export type PackedSnapshotGrants = z.output<typeof PackedSnapshotGrants>;

/**
 * The access data that the teams service owns: teams, memberships, grants and restrictions. Rows with a future end are
 * included. Ended rows are omitted, except for ended grants in an answer with `changed`.
 */
export const GrantSnapshot = z.object({
  ...snapshotOutput,
  teams: z.array(
    z.object({
      teamId,
      parentId: teamId.nullable(),
      name: z.string(),
      isMembersOnly: z.boolean().describe('True when grants of the team do not apply to externals'),
      parentEndsAt: Instant.nullable().describe('When the team leaves its parent; null without an end'),
      leadMemberId: memberId.nullable().optional().describe('The current lead, also in the snapshot of a past instant'),
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
    .describe('Active grants. An answer with `changed` also contains ended grants, with `hasEnded`'),
  packedGrants: PackedSnapshotGrants.optional().describe('Further active grants, only in an answer to `mayPack`'),
  restrictions: z
    .array(
      z.object({
        holder: SnapshotHolder,
        resourceId: idSchema('res'),
        ownershipNumber,
        right: Right.nullable().describe(
          'The widest right that the holder keeps of the inherited rights; null removes all inherited rights',
        ),
        endsAt: Instant.nullable(),
      }),
    )
    .describe('A restriction narrows the rights that people inherit through the holder on the resource to `right`'),
});
export type GrantSnapshot = z.output<typeof GrantSnapshot>;

export const getGrantSnapshot = query({
  subject: 'rpc.teams.grant.get_snapshot.v1',
  access: 'service',
  callers: 'every_service',
  isForAccess: true,
  hasUncheckedOutput: true,
  summary: 'Get the teams, memberships, grants and restrictions of an organization, for access checks',
  input: z.object({
    ...snapshotInput,
    mayPack: z.boolean().optional().describe('Allows pages with `packedGrants` instead of `grants`'),
  }),
  output: GrantSnapshot,
  errors: {},
  example: {
    input: { organizationId: exampleCompleteSnapshot.organizationId },
    output: {
      ...exampleCompleteSnapshot,
      teams: [
        {
          teamId: 'team_01je5nryg0fgz9y05x3mqpmjrg',
          parentId: null,
          name: 'Web',
          isMembersOnly: false,
          parentEndsAt: null,
          leadMemberId: null,
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
