import { describeProduct } from '@cordee/contracts/products/product';
import { concernedByProduct } from './concerned-by-product.ts';
import type { Details, DueReminder, Setting, Sources } from './gather-details.ts';

/**
 * A product was blocked, or goes on again (PROD-4). Told to everybody who has to do with it, whatever they chose to hear of (RMD-1); the reason to those
 * who manage it. What is not so any more when it is told is not told: a block that was lifted at once, or the end of one block while another stands.
 */
export async function aboutBlock(
  { rpc, access, now }: Sources,
  { organizationId, kind, subjectId, facts }: DueReminder,
  { people, holds, organization }: Setting,
): Promise<Details> {
  const productId = subjectId as `prd_${string}`;
  const product = await rpc.call(describeProduct, { organizationId, productId });
  const isStopped = product.status === 'blocked' || product.status === 'maintenance';
  if (kind === 'product_blocked' && !isStopped) return { drop: 'it is not blocked any more' };
  if (kind === 'product_unblocked' && isStopped) return { drop: 'another block stands' };
  const concerned = concernedByProduct(await access.fresh(organizationId), productId, now);
  return {
    messages: people
      .filter(({ accountId, isBlocked }) => !isBlocked && concerned.has(accountId))
      .map((person) => ({
        accountId: person.accountId,
        address: person.email,
        locale: person.locale,
        kind: product.status === 'maintenance' ? 'product_in_maintenance' : kind,
        values: {
          name: person.name,
          organization: organization.name,
          product: product.name,
          ...(holds(person, 'product:manage') ? { blockReason: String(facts['blockReason']) } : {}),
        },
      })),
  };
}
