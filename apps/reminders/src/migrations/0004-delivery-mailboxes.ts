import { migration } from '@cordee/service/database/migration';

/** Counts the mailboxes to which an organization sent documents in a day. */
export const reminders0004 = migration(
  '0004_delivery_mailboxes',
  `
create index message_delivery_mailbox on message (organization_id, created_at) include (address)
  where kind = 'document_delivery';
`,
);
