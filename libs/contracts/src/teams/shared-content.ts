import * as z from 'zod';
import { query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Right } from '../products/product-snapshot.ts';
import { Instant, Name, page, pageErrors, pageInput } from '../values.ts';
import { GrantHolder } from './grant-snapshot.ts';

const accountId = idSchema('acc');
const resourceId = idSchema('res');
const ids = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  grantId: 'grt_01je5nryg0fgz9y05x3mqpmjrg',
  teamId: 'team_01je5nryg0fgz9y05x3mqpmjrg',
  accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
  productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
  resourceId: 'res_01je5nryg0fgz9y05x3mqpmjrg',
} as const;

/** The maximum number of resources in one row; `resourceCount` counts all resources. */
export const MAX_RESOURCES_PER_ROW = 10;

export const SharedContent = z
  .object({
    ownerAccountId: accountId,
    holder: GrantHolder,
    teamName: z.string().nullable().describe('Name of the team that holds the grant; null for other holders'),
    peopleCount: z
      .int()
      .nullable()
      .describe(
        'For a new grant to a team: the number of people to whom the grant applies. Null for other holders, and ' +
          'for a new member',
      ),
    right: Right,
    resources: z
      .array(z.object({ resourceId, productId: idSchema('prd'), name: Name }))
      .describe(`The outermost resources of the owner that the grant covers, at most ${MAX_RESOURCES_PER_ROW}`),
    resourceCount: z.int(),
    givenBy: z.string(),
    givenAt: Instant,
    endsAt: Instant.nullable().describe('When the access ends or has ended; null without an end'),
    reason: z.string().nullable(),
  })
  .meta({ id: 'SharedContent', description: 'Content of one owner that a grant covers' });

/** The owners of the content get a notice (ACC-4). */
export const listSharedContent = query({
  subject: 'rpc.teams.content.list_shared.v1',
  access: 'service',
  callers: ['reminders'],
  summary:
    'List the content, with its owner, that a new grant covers, or that the grants of a team give to a new member',
  description:
    'For a new member, the rows are about the content grants of the team and its parents that were created before ' +
    'the person joined. A grant that only replaces an equal grant with another end gives nobody new access, so it ' +
    'has no rows.',
  input: z.object({
    organizationId: idSchema('org'),
    about: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('grant'), grantId: idSchema('grt') }),
      z.object({ kind: z.literal('joining'), teamId: idSchema('team'), accountId, joinedAt: Instant }),
    ]),
    // `unwrap` removes the default of `pageInput`.
    limit: pageInput.limit.unwrap().default(200).describe('Rows per page, at most 200, which is the default'),
    cursor: pageInput.cursor,
  }),
  output: page(SharedContent),
  errors: pageErrors,
  example: {
    input: { organizationId: ids.organizationId, about: { kind: 'grant', grantId: ids.grantId }, limit: 200 },
    output: {
      data: [
        {
          ownerAccountId: ids.accountId,
          holder: { kind: 'team', teamId: ids.teamId },
          teamName: 'Web',
          peopleCount: 6,
          right: 'read',
          resources: [{ resourceId: ids.resourceId, productId: ids.productId, name: 'anna@alpine.example' }],
          resourceCount: 1,
          givenBy: 'acc_01je5nryg0fgz9y05x3mqpmjrh',
          givenAt: '2026-01-31T09:00:00.000Z',
          endsAt: null,
          reason: 'holidays',
        },
      ],
      nextCursor: null,
    },
  },
});
