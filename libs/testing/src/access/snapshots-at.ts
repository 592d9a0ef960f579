import type { PartRows } from '@cordee/access/organization-access';
import { type History, dayOf, isWithin, isActive, isoOrNull } from './history.ts';

/** Returns the snapshots of identity, teams and products at an instant. */
export function snapshotsAt(history: History, instant: number): PartRows {
  const day = dayOf(instant);
  const activeTeams = history.teams.filter((team) => isWithin(team, day));
  const ownedProducts = history.products.filter((product) => isWithin(product, day));
  return {
    people: {
      changed: null,
      support: history.support
        .filter((each) => isActive(each, day))
        .map(({ from: _, until: __, endsAt, ...entry }) => ({ ...entry, endsAt: isoOrNull(endsAt)! })),
      people: history.people.flatMap(({ accountId, memberId, statuses }) => {
        const status = statuses.find((each) => isWithin(each, day));
        return status
          ? [
              {
                accountId,
                memberId,
                role: status.role,
                flags: [],
                isBlocked: status.isBlocked,
                ...(status.lacksSecondFactor ? { lacksSecondFactor: true as const } : {}),
              },
            ]
          : [];
      }),
    },
    grants: {
      changed: null,
      teams: activeTeams.map(({ teamId, parentPeriods }) => {
        const { parentId, parentEndsAt, isMembersOnly } = parentPeriods.find((period) => isWithin(period, day))!;
        return { teamId, name: teamId, parentId, parentEndsAt: isoOrNull(parentEndsAt), isMembersOnly };
      }),
      memberships: history.memberships
        .filter((each) => isActive(each, day) && activeTeams.some(({ teamId }) => teamId === each.teamId))
        .map(({ teamId, memberId, endsAt }) => ({ teamId, memberId, endsAt: isoOrNull(endsAt) })),
      grants: history.grants
        .filter((each) => isActive(each, day))
        .map(({ grantId, holder, object, right, endsAt }) => ({
          grantId,
          holder,
          object,
          right,
          endsAt: isoOrNull(endsAt),
        })),
      restrictions: history.restrictions
        .filter((each) => isActive(each, day))
        .map(({ holder, resourceId, ownershipNumber, right, endsAt }) => ({
          holder,
          resourceId,
          ownershipNumber,
          right,
          endsAt: isoOrNull(endsAt),
        })),
    },
    products: {
      changed: null,
      products: ownedProducts.map(({ productId, ownershipNumber, type, blocks }) => ({
        productId,
        ownershipNumber,
        type,
        name: productId,
        isBlocked: blocks.some((block) => isWithin(block, day)),
      })),
      resources: history.resources
        .filter(
          (resource) => resource.from <= day && ownedProducts.some(({ productId }) => productId === resource.productId),
        )
        .map(({ resourceId, productId, parentId, owners }) => {
          const owner = owners.find((each) => isWithin(each, day))?.memberId ?? null;
          return {
            resourceId,
            productId,
            kind: 'folder',
            name: resourceId,
            parentId,
            ownerAccountId: history.people.find(({ memberId }) => memberId === owner)?.accountId ?? null,
            ownerMemberId: owner,
          };
        }),
    },
  };
}
