import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { grantSupportAccess } from '@cordee/contracts/identity/support-access';
import type { Input } from '@cordee/contracts/contract';
import { isManagerRole } from '@cordee/contracts/permissions';
import { inputError } from '@cordee/contracts/input-error';
import type { Member } from '../members/member.entity.ts';
import type { SupportAccess } from './support-access.entity.ts';

type Asked = Pick<Input<typeof grantSupportAccess>, 'productIds' | 'withContent'>;

/**
 * Whether this person may open that much; the products with their names, null for the whole organization. A collaborator opens products that
 * something reaches them on, and no content: what lies in a product is mostly other people's. To them what they do not see does not exist.
 */
export function checkScope(
  { productIds, withContent }: Asked,
  giver: Member,
  access: OrganizationAccess | null,
  now: Date,
): SupportAccess['products'] {
  if (!isManagerRole(giver.role)) {
    const tooWide = [...(productIds === null ? ['/productIds'] : []), ...(withContent ? ['/withContent'] : [])];
    if (tooWide.length > 0)
      throw inputError('SUPPORT_ACCESS_TOO_WIDE', tooWide, 'is for whoever manages the organization');
  }
  if (!productIds || !access) return null;
  const visible = access.visibleProducts(giver.accountId, now);
  const unknown = productIds.flatMap((productId, place) => (visible.has(productId) ? [] : [`/productIds/${place}`]));
  if (unknown.length > 0) throw inputError('PRODUCT_NOT_FOUND', unknown, 'is no product of the organization');
  return [...new Set(productIds)].map((productId) => {
    const { ownershipNumber, name } = access.products.product(productId)!;
    return { productId, ownershipNumber, name };
  });
}
