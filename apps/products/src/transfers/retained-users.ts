import { findHeldGrants } from '@cordee/access/held-grants';
import { endOfPath, pathsTo } from '@cordee/access/grant-paths';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import { ORGANIZATION } from '@cordee/access/teams';
import type { productReceived } from '@cordee/contracts/products/transfer-events';
import type { EventData } from '@cordee/contracts/contract';

type ProductId = `prd_${string}`;
/** A person who keeps using the product after its transfer until `endsAt`; null means without an end. */
export type RetainedUser = EventData<typeof productReceived>['retained'][number] & {
  /** The membership period in the former organization; the event does not contain it. */
  memberId: `mem_${string}`;
};

export interface TransferableProduct {
  productId: ProductId;
  type: string;
  /** A person with a grant of any of these rights keeps the first right of the list. */
  retainedRights: readonly string[];
}

/**
 * Lists the people who have a retained right on the product by a grant to them or to one of their teams. Each person is
 * retained until the end of the grant. A role, or a grant to the whole organization, does not count. A block or a
 * missing second factor is temporary, so blocked people and people without the factor are retained too. A blocked
 * person stays blocked.
 */
export function retainedUsers(
  access: OrganizationAccess,
  { productId, retainedRights }: TransferableProduct,
  at: Date,
): RetainedUser[] {
  const product = access.products.product(productId);
  if (!product || retainedRights.length === 0) return [];
  const { teams } = access.grants;
  return [...access.people.all()].flatMap((person) => {
    const { accountId, memberId, isBlocked } = person;
    // An empty path means the product itself, not one of its resources.
    const personGrants = findHeldGrants(
      access,
      { product, path: [] },
      person,
      pathsTo(teams, person, at.getTime()),
      at.getTime(),
    );
    const retainingGrants = personGrants.filter(
      ({ grant }) => grant.holder !== ORGANIZATION && retainedRights.includes(grant.right),
    );
    if (retainingGrants.length === 0) return [];
    // Infinity means that a grant or a membership has no end.
    const end = Math.max(
      ...retainingGrants.map(({ grant, teams: teamPath }) =>
        Math.min(grant.endsAt, endOfPath(teams, memberId, teamPath)),
      ),
    );
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
