import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { Mailbox } from './mailbox.ts';

type AccountId = `acc_${string}`;

/** Whether the person may read what is in the mailbox: it is theirs, or somebody gave them `read`; a role never does (ACC-4). */
export const mayRead = (access: OrganizationAccess, accountId: AccountId, at: Date, { productId, resourceId }: Mailbox): boolean =>
  access.check({ accountId, right: 'read', productId, resourceId, at });

/** The mailboxes that the person may read. */
export const readableMailboxes = (access: OrganizationAccess, accountId: AccountId, at: Date, mailboxes: readonly Mailbox[]): Mailbox[] =>
  mailboxes.filter((mailbox) => mayRead(access, accountId, at, mailbox));
