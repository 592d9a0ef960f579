import { createIndexConcurrently, migrationInSteps } from '@cordee/service/database/migration';

/** Counts the documents that a mailbox got in a day. */
export const reminders0003 = migrationInSteps(
  '0003_document_deliveries',
  createIndexConcurrently(
    'message_document_delivery',
    `message (lower(address), created_at) where kind = 'document_delivery'`,
  ),
);
