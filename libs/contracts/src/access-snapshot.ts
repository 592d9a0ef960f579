import * as z from 'zod';
import { Instant } from './values.ts';
import { idSchema } from './id.ts';

/**
 * The input of a snapshot query, which returns all rows in pages, the changes since a revision (ACC-3), or the rows at
 * an instant (ACC-2). An access cache queries all rows once, and then only the changes.
 */
export const snapshotInput = {
  organizationId: idSchema('org'),
  since: z.int().min(0).optional().describe('Only changes after this revision'),
  at: Instant.optional().describe('Returns the rows as they were at this instant. Cannot be combined with `since`'),
  about: z
    .object({ accountId: idSchema('acc').optional(), productId: idSchema('prd').optional() })
    .optional()
    .describe(
      'Limits the answer to rows that may concern a question about this person, this product, or this person and ' +
        'this product. The answer may contain more rows. Cannot be combined with `since`',
    ),
  cursor: z.string().max(500).optional().describe('`nextCursor` of the previous page'),
};

/** The common fields of snapshots. Rows may be newer than the revision; then a later query returns these rows again. */
export const snapshotOutput = {
  organizationId: idSchema('org'),
  revision: z
    .int()
    .describe(
      'The rows contain every change up to this revision, a counter of the changes of one organization in one service',
    ),
  changed: z
    .array(z.string())
    .nullable()
    .describe(
      'Ids whose rows changed since the requested revision. A cache removes the old rows of these ids before it ' +
        'adds the new rows. Null when the answer is not limited to changes',
    ),
  nextCursor: z.string().nullable(),
};

export const exampleCompleteSnapshot = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  revision: 12,
  changed: null,
  nextCursor: null,
} as const;

/** Packed grants per page; also well below the maximum size of a message. */
export const PACKED_PAGE_SIZE = 6_000;

/** Rows per page; well below the maximum size of a message. */
export const SNAPSHOT_PAGE_SIZE = 2_000;
