import { describeProduct } from '@cordee/contracts/products/product';
import { peopleWithAccessToProduct } from './people-with-access-to-product.ts';
import type { BuildResult, DueReminder, OrganizationContext, BuildDependencies } from './build-messages.ts';

/**
 * Builds the notices about a blocked or unblocked product (PROD-4). Everybody with access gets a notice, regardless of
 * flags (RMD-1). Only managers get the reason. The reminder is dropped when the product has another status meanwhile.
 */
export async function buildBlockMessages(
  { rpc, access, now }: BuildDependencies,
  { organizationId, kind, subjectId, payload }: DueReminder,
  { people, hasPermission, organization }: OrganizationContext,
): Promise<BuildResult> {
  const productId = subjectId as `prd_${string}`;
  const product = await rpc.call(describeProduct, { organizationId, productId });
  const isStopped = product.status === 'blocked' || product.status === 'maintenance';
  if (kind === 'product_blocked' && !isStopped) return { drop: 'the product is not blocked any more' };
  if (kind === 'product_unblocked' && isStopped) return { drop: 'another block is active' };
  const accountIds = peopleWithAccessToProduct(await access.loadNewest(organizationId), productId, now);
  return {
    messages: people
      .filter(({ accountId, isBlocked }) => !isBlocked && accountIds.has(accountId))
      .map((person) => ({
        accountId: person.accountId,
        address: person.email,
        locale: person.locale,
        kind: product.status === 'maintenance' ? 'product_in_maintenance' : kind,
        values: {
          name: person.name,
          organization: organization.name,
          product: product.name,
          ...(hasPermission(person, 'product:manage') ? { blockReason: String(payload['blockReason']) } : {}),
        },
      })),
  };
}
