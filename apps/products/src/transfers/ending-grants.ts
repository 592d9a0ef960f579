import { holderOf } from '@cordee/access/grant-index';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { Output } from '@cordee/contracts/contract';
import type { previewTransfer } from '@cordee/contracts/products/transfer';
import type { TransferableProduct } from './retained-users.ts';

export type EndingGrant = Output<typeof previewTransfer>['grants'][number];

/** Lists the grants that end with a transfer: on the product and its resources. Grants on the product type remain. */
export function endingGrants(
  { grants, people, products }: OrganizationAccess,
  { productId }: TransferableProduct,
  at: Date,
): EndingGrant[] {
  const ownershipNumber = products.product(productId)?.ownershipNumber;
  const objects = [
    { kind: 'product' as const, productId },
    ...[...products.resourcesOf(productId)].map(({ resourceId }) => ({
      kind: 'resource' as const,
      productId,
      resourceId,
    })),
  ];
  return objects.flatMap((object) =>
    grants.onObject(object.kind === 'product' ? productId : object.resourceId, ownershipNumber).flatMap((grant) => {
      const holder = grant.endsAt > at.getTime() ? holderOf(grant, people) : undefined;
      return holder ? [{ grantId: grant.id, holder, object, right: grant.right }] : [];
    }),
  );
}
