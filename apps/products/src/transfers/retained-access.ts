import type { AccessCache } from '@cordee/access/access-cache';
import { grantsOn } from '@cordee/access/decide';
import { holderOf } from '@cordee/access/grants';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import { ORGANIZATION } from '@cordee/access/teams';
import type { previewTransfer, productReceived } from '@cordee/contracts/products/transfer';
import type { EventData, Output } from '@cordee/contracts/contract';

type AccountId = `acc_${string}`;
type OrganizationId = `org_${string}`;
type ProductId = `prd_${string}`;
/** Somebody who goes on using the product, and until when; null when that has no end. */
export type RetainedUser = EventData<typeof productReceived>['kept'][number] & {
  /** Their time in the organization that loses it; the fact does not name it. */
  memberId: `mem_${string}`;
};
export type EndingGrant = Output<typeof previewTransfer>['grants'][number];

/** What is asked of the access facts about a product that changes organization. */
export interface TransferableProduct {
  productId: ProductId;
  type: string;
  /** Who holds one of these by a grant keeps the first. */
  keptRights: readonly string[];
}

/** Whether somebody manages products in the organization. */
export const managesProducts = async (
  access: AccessCache,
  organizationId: OrganizationId,
  accountId: AccountId,
): Promise<boolean> => (await access.people(organizationId)).may(accountId, 'product:transfer');

/** The grants that end when the product leaves: those on itself and on what is in it. One on its type stays, for the other products of the type. */
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
    grants.on(object.kind === 'product' ? productId : object.resourceId, ownershipNumber).flatMap((grant) => {
      const holder = grant.endsAt > at.getTime() ? holderOf(grant, people) : undefined;
      return holder ? [{ grantId: grant.id, holder, object, right: grant.right }] : [];
    }),
  );
}

/**
 * Who goes on using the product where it goes, for as long as they could: by a grant of their own or of a team, never by role or because it was shared
 * with everybody. A block, or the lack of a second factor, holds somebody back for a while and takes nothing away: they come along, the blocked as such.
 */
export function retainedUsers(
  access: OrganizationAccess,
  { productId, keptRights }: TransferableProduct,
  at: Date,
): RetainedUser[] {
  const product = access.products.product(productId);
  if (!product || keptRights.length === 0) return [];
  const { teams } = access.grants;
  return [...access.people.all()].flatMap((person) => {
    const { accountId, memberId, isBlocked } = person;
    const held = grantsOn(access, { product, path: [] }, person, teams.pathsTo(person, at.getTime()), at.getTime());
    const keeping = held.filter(({ grant }) => grant.holder !== ORGANIZATION && keptRights.includes(grant.right));
    if (keeping.length === 0) return [];
    const end = Math.max(...keeping.map(({ grant, teams: way }) => Math.min(grant.endsAt, teams.endOf(memberId, way))));
    return [
      {
        accountId,
        memberId,
        endsAt: Number.isFinite(end) ? new Date(end).toISOString() : null,
        ...(isBlocked ? { isBlocked: true as const } : {}),
      },
    ];
  });
}
