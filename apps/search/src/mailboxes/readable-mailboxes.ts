import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { ReadContext } from '@cordee/service/handler-decorators';
import { MAILBOX_KIND, type Mailbox } from './mailbox.ts';

/** The account that searches, the current time, and the scopes of the account's token. */
type Viewer = Pick<ReadContext, 'accountId' | 'now' | 'scopes'>;

/** True for the owner of the mailbox and for holders of the right `read`. A role alone never suffices (ACC-4). */
export const mayReadMailbox = (
  access: OrganizationAccess,
  { accountId, now, scopes }: Viewer,
  { productId, resourceId }: Mailbox,
): boolean => access.check({ accountId, right: 'read', productId, resourceId, at: now, scopes });

/** The mailboxes of the organization that the viewer may read, with or without imported messages. */
export const readableMailboxes = (access: OrganizationAccess, viewer: Viewer): Mailbox[] =>
  [...access.products.all()].flatMap(({ productId }) =>
    [...access.products.resourcesOf(productId)].filter(
      (resource) => resource.kind === MAILBOX_KIND && mayReadMailbox(access, viewer, resource),
    ),
  );
