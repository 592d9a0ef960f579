import type { CommandContext } from '@cordee/service/handler-decorators';
import { endLockedGrants } from './end-grants.ts';
import { giveGrants } from './give-grants.ts';
import type { Grant } from './grant.entity.ts';
import type { HolderAndObject } from './lock-grants.ts';

export interface WantedGrants extends HolderAndObject {
  rights: readonly string[];
  endsAt: Date | null;
  reason: string | null;
}

/** True when the planned end of the grant is the wanted end. */
export const hasEnd = (grant: Grant, wantedEnd: Date | null): boolean =>
  grant.endsAt?.getTime() === wantedEnd?.getTime();

/**
 * Replaces the grants of the holder on the object (see `lockGrants`) with grants of the wanted rights and the wanted
 * end. Ends and creates only the grants that differ.
 */
export async function replaceGrants(
  context: CommandContext,
  lockedGrants: readonly Grant[],
  { organizationId, holder, object, rights, endsAt, reason }: WantedGrants,
): Promise<void> {
  const isWanted = (grant: Grant): boolean => rights.includes(grant.accessRight) && hasEnd(grant, endsAt);
  await endLockedGrants(
    context,
    organizationId,
    lockedGrants.filter((grant) => !isWanted(grant)),
    context.accountId,
  );
  const keptRights = new Set(lockedGrants.filter(isWanted).map(({ accessRight }) => accessRight));
  await giveGrants(
    context,
    organizationId,
    context.accountId,
    rights
      .filter((right) => !keptRights.has(right))
      .map((right) => ({ holder, object, right, endsAt: endsAt?.toISOString() ?? null, reason })),
  );
}
