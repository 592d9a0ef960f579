import { createIndexConcurrently, migrationInSteps } from '@cordee/service/database/migration';

/** Counts the mailboxes to which an organization sent documents in a day. */
export const reminders0004 = migrationInSteps(
  '0004_delivery_mailboxes',
  createIndexConcurrently(
    'message_delivery_mailbox',
    `message (organization_id, created_at) include (address) where kind = 'document_delivery'`,
  ),
);
