import * as z from 'zod';
import { Instant } from './values.ts';
import { idSchema } from './id.ts';

/**
 * How the facts of an organization are asked for (ACC-3): all of them, page by page; what has changed since a revision; or how they were at an
 * instant (ACC-2). A copy asks for everything once, then for changes only.
 */
export const snapshotInput = {
  organizationId: idSchema('org'),
  since: z.int().min(0).optional().describe('Only what has changed after this revision'),
  at: Instant.optional().describe('As it was at this instant; not together with `since`'),
  about: z
    .object({ accountId: idSchema('acc').optional(), productId: idSchema('prd').optional() })
    .optional()
    .describe(
      'Only what can matter for this person, for this product, or for both; perhaps more than that. Not together with `since`',
    ),
  cursor: z.string().max(500).optional().describe('`nextCursor` of the page before'),
};

/** What every answer with facts begins with. Rows may already be newer than the revision; what is asked for later brings them again. */
export const snapshotOutput = {
  organizationId: idSchema('org'),
  revision: z
    .int()
    .describe(
      'The facts hold every change up to this revision. It grows with each change, per organization and service',
    ),
  changed: z
    .array(z.string())
    .nullable()
    .describe(
      'Ids of what has changed since the revision that was named: what is known of them is forgotten before the rows are taken. Null when the rows are all there is',
    ),
  nextCursor: z.string().nullable(),
};

/** The example of an answer that holds everything. */
export const fullSnapshot = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  revision: 12,
  changed: null,
  nextCursor: null,
} as const;

/** Rows on a page of facts: well below what a broker takes as one message. */
export const SNAPSHOT_PAGE_SIZE = 2_000;
