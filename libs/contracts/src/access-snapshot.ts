import * as z from 'zod';
import { Instant } from './values.ts';
import { idSchema } from './id.ts';

/**
 * Input of a snapshot query: all rows in pages, the changes since a revision (ACC-3), or the rows at an instant
 * (ACC-2). An access cache queries all rows once, and changes afterwards.
 */
export const snapshotInput = {
  organizationId: idSchema('org'),
  since: z.int().min(0).optional().describe('Only changes after this revision'),
  at: Instant.optional().describe('The state at this instant; not together with `since`'),
  about: z
    .object({ accountId: idSchema('acc').optional(), productId: idSchema('prd').optional() })
    .optional()
    .describe('Only rows that may concern this person, this product, or both; perhaps more. Not together with `since`'),
  cursor: z.string().max(500).optional().describe('`nextCursor` of the previous page'),
};

/** The common fields of snapshots. Rows may be newer than the revision; a later query returns them again. */
export const snapshotOutput = {
  organizationId: idSchema('org'),
  revision: z
    .int()
    .describe('The rows contain every change up to this revision, which counts changes per organization and service'),
  changed: z
    .array(z.string())
    .nullable()
    .describe(
      'Ids that changed since the given revision: remove their rows before the new rows are added. Null for a full ' +
        'snapshot',
    ),
  nextCursor: z.string().nullable(),
};

export const fullSnapshot = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  revision: 12,
  changed: null,
  nextCursor: null,
} as const;

/** Rows per page; well below the maximum size of a message. */
export const SNAPSHOT_PAGE_SIZE = 2_000;
