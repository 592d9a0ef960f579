import { migration } from '@cordee/service/database/migration';

/** Counts the documents that a mailbox got in a day. */
export const reminders0003 = migration(
  '0003_document_deliveries',
  `
create index message_document_delivery on message (lower(address), created_at) where kind = 'document_delivery';
`,
);
