import type { Answer } from '@cordee/contracts/contract';
import type { describeOrganization } from '@cordee/contracts/identity/organization';
import { describeProduct } from '@cordee/contracts/products/product';
import type { Details, DueReminder, Sources } from './gather-details.ts';
import { recipientsOf, type Holds, type Person } from './recipients.ts';

interface Audience {
  people: readonly Person[];
  holds: Holds;
  organization: Answer<typeof describeOrganization>;
}

/**
 * A product was blocked, or goes on again (PROD-4). Told to those who may know of the product; the reason to those who manage it. What is not so
 * any more when it is told is not told: a block that was lifted at once, or the end of one block while another stands.
 */
export async function aboutBlock({ rpc, access, now }: Sources, { organizationId, kind, subjectId, facts }: DueReminder, { people, holds, organization }: Audience): Promise<Details> {
  const productId = subjectId as `prd_${string}`;
  const product = await rpc.call(describeProduct, { organizationId, productId });
  const isStopped = product.status === 'blocked' || product.status === 'maintenance';
  if (kind === 'product_blocked' && !isStopped) return { drop: 'it is not blocked any more' };
  if (kind === 'product_unblocked' && isStopped) return { drop: 'another block stands' };
  const sight = await access.of(organizationId);
  return {
    messages: recipientsOf(kind, people, holds)
      .filter(({ accountId }) => sight.visibleProducts(accountId, now).has(productId))
      .map((person) => ({
        accountId: person.accountId, address: person.email, locale: person.locale, kind: product.status === 'maintenance' ? 'product_in_maintenance' : kind,
        values: { name: person.name, organization: organization.name, product: product.name, ...(holds(person, 'product:manage') ? { blockReason: String(facts['blockReason']) } : {}) },
      })),
  };
}
