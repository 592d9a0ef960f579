import type { AccessFacts } from '@cordee/access/access-facts';
import { decide } from '@cordee/access/decide';
import { heldGrants } from '@cordee/access/held-grants';
import type { Mailbox } from './mailbox.ts';

type AccountId = `acc_${string}`;

/** Whether the person may read what is in the mailbox: it is theirs, or somebody gave them `read`; a role never does (ACC-4). */
export const mayRead = (facts: AccessFacts, accountId: AccountId, at: Date, { productId, resourceId }: Mailbox): boolean =>
  decide(facts, { accountId, right: 'read', productId, resourceId, at }).allowed;

/**
 * The mailboxes that the person may read. Each is decided as `mayRead` decides it, but asked one by one only where something may speak for
 * that one mailbox alone: an organization can have thousands.
 */
export function readableMailboxes(facts: AccessFacts, accountId: AccountId, at: Date, mailboxes: readonly Mailbox[]): Mailbox[] {
  const single = singleResources(facts, accountId, at);
  const byProduct = new Map<string, boolean>();
  const mayReadAllOf = (productId: Mailbox['productId']): boolean => {
    const known = byProduct.get(productId);
    if (known !== undefined) return known;
    const { allowed } = decide(facts, { accountId, right: 'read', productId, at });
    byProduct.set(productId, allowed);
    return allowed;
  };
  return mailboxes.filter((mailbox) => mayReadAllOf(mailbox.productId) || (single.has(mailbox.resourceId) && mayRead(facts, accountId, at, mailbox)));
}

/** Resources that the person owns or holds a grant of their own on: those that a product-wide answer says nothing about. */
function singleResources(facts: AccessFacts, accountId: AccountId, at: Date): Set<string> {
  const person = facts.people.people.find((candidate) => candidate.accountId === accountId);
  const owned = facts.products.products.flatMap(({ ownedResources = [] }) => ownedResources.filter((resource) => resource.accountId === accountId).map(({ resourceId }) => resourceId));
  const granted = person ? heldGrants(facts, person, at).flatMap(({ grant: { object } }) => (object.kind === 'resource' ? [object.resourceId] : [])) : [];
  return new Set([...owned, ...granted]);
}
