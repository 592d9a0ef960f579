import type { SnapshotHolder, SnapshotObject } from '@cordee/contracts/teams/grant-snapshot';
import { advisoryLock } from '@cordee/service/database/advisory-lock';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { Grant } from './grant.entity.ts';

/** The holder in the current membership period, and the object in the current ownership period. */
export interface HolderAndObject {
  organizationId: `org_${string}`;
  holder: SnapshotHolder;
  object: SnapshotObject;
}

/**
 * Locks and returns the grants of the holder on exactly this object whose end is not recorded, in one round trip.
 * Serializes the calls for one holder and one object until the end of the transaction.
 */
export async function lockGrants(
  em: EntityManager,
  { organizationId, holder, object }: HolderAndObject,
): Promise<Grant[]> {
  const [, grants] = await Promise.all([
    advisoryLock(em, `grants ${organizationId} ${JSON.stringify([holder, object])}`),
    em.find(
      Grant,
      {
        organizationId,
        endedAt: null,
        holderKind: holder.kind,
        objectKind: object.kind,
        ...(holder.kind === 'account'
          ? { holderMemberId: holder.memberId }
          : holder.kind === 'team'
            ? { holderTeamId: holder.teamId }
            : {}),
        ...(object.kind === 'product_type'
          ? { productType: object.type }
          : { productId: object.productId, ownershipNumber: object.ownershipNumber }),
        ...(object.kind === 'resource' ? { resourceId: object.resourceId } : {}),
      },
      // The identity map is disabled, because each published event would search all grants in the map.
      { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' }, disableIdentityMap: true },
    ),
  ]);
  return grants;
}
