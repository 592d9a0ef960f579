import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { grantSupportAccess } from '@cordee/contracts/identity/support-access';
import type { Input } from '@cordee/contracts/contract';
import { isManagerRole } from '@cordee/contracts/permissions';
import { inputError } from '@cordee/contracts/input-error';
import type { Member } from '../members/member.entity.ts';
import type { SupportAccess } from './support-access.entity.ts';

type RequestedScope = Pick<Input<typeof grantSupportAccess>, 'productIds' | 'withContent'>;

/**
 * Returns the products with their names; null means the whole organization. A collaborator may give access to
 * products that they see, without content, because the content belongs mostly to others. A product that they do not see
 * is not found.
 */
export function checkScope(
  { productIds, withContent }: RequestedScope,
  giver: Member,
  access: OrganizationAccess | null,
  now: Date,
): SupportAccess['products'] {
  if (!isManagerRole(giver.role)) {
    const tooWide = [...(productIds === null ? ['/productIds'] : []), ...(withContent ? ['/withContent'] : [])];
    if (tooWide.length > 0) throw inputError('SUPPORT_ACCESS_TOO_WIDE', tooWide, 'needs a manager of the organization');
  }
  if (!productIds || !access) return null;
  const visible = access.visibleProducts(giver.accountId, now);
  const unknown = productIds.flatMap((productId, index) => (visible.has(productId) ? [] : [`/productIds/${index}`]));
  if (unknown.length > 0) throw inputError('PRODUCT_NOT_FOUND', unknown, 'is not a product of the organization');
  return [...new Set(productIds)].map((productId) => {
    const { ownershipNumber, name } = access.products.product(productId)!;
    return { productId, ownershipNumber, name };
  });
}
