import type { AccessCopy } from '@cordee/access/access-copy';
import { ORGANIZATION } from '@cordee/access/grants';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { previewTransfer, productReceived } from '@cordee/contracts/products/transfer';
import type { EventData, Output } from '@cordee/contracts/contract';

type AccountId = `acc_${string}`;
type OrganizationId = `org_${string}`;
type ProductId = `prd_${string}`;
/** Somebody who goes on using the product, and until when; null when that has no end. */
export type Kept = EventData<typeof productReceived>['kept'][number];
export type EndingGrant = Output<typeof previewTransfer>['grants'][number];

/** What is asked of the access facts about a product that changes organization. */
export interface Leaving {
  productId: ProductId;
  type: string;
  /** Who holds one of these by a grant keeps the first. */
  keptRights: readonly string[];
}

/** Whether somebody manages products in the organization. */
export const managesProducts = async (access: AccessCopy, organizationId: OrganizationId, accountId: AccountId): Promise<boolean> =>
  (await access.people(organizationId)).may(accountId, 'product:transfer');

/** The grants that end when the product leaves: those on itself and on what is in it. One on its type stays, for the other products of the type. */
export function endingGrants({ grants, products }: OrganizationAccess, { productId }: Leaving, at: Date): EndingGrant[] {
  const objects = [{ kind: 'product' as const, productId }, ...[...products.resourcesOf(productId)].map(({ resourceId }) => ({ kind: 'resource' as const, productId, resourceId }))];
  return objects.flatMap((object) =>
    grants.on(object.kind === 'product' ? productId : object.resourceId)
      .filter(({ endsAt }) => endsAt > at.getTime())
      .map(({ id, holder, right }) => ({ grantId: id, holder: holderOf(holder), object, right })));
}

/** Who goes on using the product where it goes, for as long as they could: by a grant of their own or of a team, never by role or because it was shared with everybody. */
export function keptPeople(access: OrganizationAccess, { productId, keptRights }: Leaving, at: Date): Kept[] {
  const product = access.products.product(productId);
  if (!product || keptRights.length === 0) return [];
  return [...access.people.all()].flatMap(({ accountId }) => {
    const keeping = access.grantsOn(accountId, { product, resource: undefined }, at).filter(({ grant }) => grant.holder !== ORGANIZATION && keptRights.includes(grant.right));
    if (keeping.length === 0) return [];
    const end = Math.max(...keeping.map(({ grant, teams }) => Math.min(grant.endsAt, access.grants.endOf(accountId, teams))));
    return [{ accountId, endsAt: Number.isFinite(end) ? new Date(end).toISOString() : null }];
  });
}

function holderOf(holder: string): EndingGrant['holder'] {
  if (holder === ORGANIZATION) return { kind: 'organization' };
  return holder.startsWith('team_') ? { kind: 'team', teamId: holder } : { kind: 'account', accountId: holder };
}
