import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { ReadContext } from '@cordee/service/handler-decorators';
import type { Mailbox } from './mailbox.ts';

/** Who asks, when, and with which scopes. */
export type Reader = Pick<ReadContext, 'accountId' | 'now' | 'scopes'>;

/** Whether the person may read what is in the mailbox: it is theirs, or somebody gave them `read`; a role never does (ACC-4). */
export const mayRead = (
  access: OrganizationAccess,
  { accountId, now, scopes }: Reader,
  { productId, resourceId }: Mailbox,
): boolean => access.check({ accountId, right: 'read', productId, resourceId, at: now, scopes });

/** The mailboxes that the person may read. */
export const readableMailboxes = (
  access: OrganizationAccess,
  reader: Reader,
  mailboxes: readonly Mailbox[],
): Mailbox[] => mailboxes.filter((mailbox) => mayRead(access, reader, mailbox));
