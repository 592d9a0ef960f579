import * as z from 'zod';
import { query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Right } from '../products/product-facts.ts';
import { Instant, Name, page, pageErrors, pageInput } from '../values.ts';
import { GrantHolder } from './grant-facts.ts';

const accountId = idSchema('acc');
const resourceId = idSchema('res');
const ids = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
  productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
  resourceId: 'res_01je5nryg0fgz9y05x3mqpmjrg',
} as const;
const otherAccountId = 'acc_01je5nryg0fgz9y05x3mqpmjrh';

/** People and things that are named in one row; the rest is counted. */
export const NAMED_SHARED = 10;

export const SharedContent = z
  .object({
    ownerAccountId: accountId,
    holder: GrantHolder.describe('Of the grant by which they reach it'),
    teamName: z.string().nullable().describe('Of the team that holds the grant, where one does'),
    right: Right,
    accountIds: z
      .array(accountId)
      .describe(`Who reaches it now and did not before, or not for as long, at most ${NAMED_SHARED}`),
    peopleCount: z.int(),
    resources: z
      .array(z.object({ resourceId, productId: idSchema('prd'), name: Name }))
      .describe(`What they reach; what lies in it is not named besides. At most ${NAMED_SHARED}`),
    resourceCount: z.int(),
    givenBy: z.string(),
    givenAt: Instant,
    endsAt: Instant.nullable().describe('When it is to end by itself: the grant, or the way by which it reaches them'),
    heldUntil: Instant.nullable().describe(
      'When it was to end before, for people who reached it already and now do for longer; null where it is new to them',
    ),
    endedAt: Instant.nullable().describe('When the grant did end'),
    reason: z.string().nullable(),
  })
  .meta({ id: 'SharedContent', description: 'Content of one owner that others reach by a grant' });

/** Whose content others reach since an instant, for who tells them of it (ACC-4). */
export const listSharedContent = query({
  subject: 'rpc.teams.content.list_shared.v1',
  access: 'service',
  summary:
    'What of whose content others reach since an instant and did not reach before, or not for as long: by a grant, by coming into a team, by a team that moved, by inheritance that was restored, by an end that was moved',
  description:
    'With a resource, what others reach of it because it has become its owner’s. With a member, what they reach because they have become one and were an external before. What the owner has, and what a block of a person or product holds back for a while, makes no difference.',
  input: z.object({
    organizationId: idSchema('org'),
    at: Instant.describe('The instant from which on it is so'),
    resourceId: resourceId.optional().describe('What became somebody’s at that instant'),
    memberId: idSchema('mem').optional().describe('Who was an external up to that instant and is a member since'),
    limit: pageInput.limit.unwrap().default(200).describe('Rows on a page, at most 200, which is the default'),
    cursor: pageInput.cursor,
  }),
  output: page(SharedContent),
  errors: pageErrors,
  example: {
    input: { organizationId: ids.organizationId, at: '2026-01-31T09:00:00.000Z', limit: 200 },
    output: {
      data: [
        {
          ownerAccountId: ids.accountId,
          holder: { kind: 'account', accountId: otherAccountId },
          teamName: null,
          right: 'read',
          accountIds: [otherAccountId],
          peopleCount: 1,
          resources: [{ resourceId: ids.resourceId, productId: ids.productId, name: 'anna@alpine.example' }],
          resourceCount: 1,
          givenBy: ids.accountId,
          givenAt: '2026-01-31T09:00:00.000Z',
          endsAt: null,
          heldUntil: null,
          endedAt: null,
          reason: 'holidays',
        },
      ],
      nextCursor: null,
    },
  },
});
