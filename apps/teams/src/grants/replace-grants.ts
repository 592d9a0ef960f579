import type { SnapshotHolder, SnapshotObject } from '@cordee/contracts/teams/grant-snapshot';
import { advisoryLock } from '@cordee/service/database/advisory-lock';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { endGrants } from './end-grants.ts';
import { giveGrants, type GrantOutcome } from './give-grants.ts';

export interface WantedGrants {
  organizationId: `org_${string}`;
  holder: SnapshotHolder;
  object: SnapshotObject;
  rights: readonly string[];
  endsAt: string | null;
  reason: string | null;
}

/**
 * Replaces the grants of the holder on the object with grants of the wanted rights and the wanted end. Ends and creates
 * only the grants that differ. Returns one outcome per right, in the order of `rights`.
 */
export async function replaceGrants(context: CommandContext, wanted: WantedGrants): Promise<GrantOutcome[]> {
  const { em, accountId } = context;
  const { organizationId, holder, object, rights, endsAt, reason } = wanted;
  // The lock serializes concurrent calls, so that the result is the set of rights of one call.
  await advisoryLock(em, `grants ${organizationId} ${JSON.stringify([holder, object])}`);
  const where = {
    organizationId,
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
  };
  const wantedEnd = endsAt && new Date(endsAt);
  const withAnotherEnd = wantedEnd
    ? { $or: [{ endsAt: null }, { endsAt: { $ne: wantedEnd } }] }
    : { endsAt: { $ne: null } };
  // Without wanted rights, every grant of the holder on the object ends.
  await endGrants(
    context,
    rights.length === 0 ? where : { ...where, $or: [{ accessRight: { $nin: [...rights] } }, withAnotherEnd] },
    accountId,
  );
  return giveGrants(
    context,
    organizationId,
    accountId,
    rights.map((right) => ({ holder, object, right, endsAt, reason })),
  );
}
