import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { grantSupportAccess } from '@cordee/contracts/identity/support-access';
import type { Input } from '@cordee/contracts/contract';
import { isManagerRole } from '@cordee/contracts/permissions';
import { inputError } from '@cordee/contracts/input-error';
import type { Member } from '../members/member.entity.ts';
import type { SupportAccess } from './support-access.entity.ts';

type RequestedCoverage = Pick<Input<typeof grantSupportAccess>, 'productIds' | 'withContent'>;

/**
 * Rejects products that the giver may not cover with a support access. Returns the covered products with their names;
 * null means the whole organization. A collaborator may cover the products that they see, without content, because most
 * of the content belongs to other people. A product that the giver does not see is rejected as not found. `access` is
 * null when the request names no products.
 */
export function resolveCoverage(
  { productIds, withContent }: RequestedCoverage,
  giver: Member,
  access: OrganizationAccess | null,
  now: Date,
): SupportAccess['products'] {
  if (!isManagerRole(giver.role)) {
    const tooWidePointers = [...(productIds === null ? ['/productIds'] : []), ...(withContent ? ['/withContent'] : [])];
    if (tooWidePointers.length > 0)
      throw inputError(
        'SUPPORT_ACCESS_TOO_WIDE',
        tooWidePointers,
        'requires a legal representative or an administrator',
      );
  }
  if (!productIds || !access) return null;
  const visibleProducts = access.visibleProducts(giver.accountId, now);
  const unknownPointers = productIds.flatMap((productId, index) =>
    visibleProducts.has(productId) ? [] : [`/productIds/${index}`],
  );
  if (unknownPointers.length > 0)
    throw inputError('PRODUCT_NOT_FOUND', unknownPointers, 'is not a product of this organization');
  return [...new Set(productIds)].map((productId) => {
    const { ownershipNumber, name } = access.products.product(productId)!;
    return { productId, ownershipNumber, name };
  });
}
