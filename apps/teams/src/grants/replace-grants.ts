import type { CommandContext } from '@cordee/service/handler-decorators';
import { endLockedGrants } from './end-grants.ts';
import { giveGrants } from './give-grants.ts';
import type { Grant } from './grant.entity.ts';
import type { HolderAndObject } from './lock-grants.ts';

export interface RequestedGrants extends HolderAndObject {
  rights: readonly string[];
  endsAt: Date | null;
  reason: string | null;
}

/** True when the planned end of the grant is the requested end. */
export const hasRequestedEnd = (grant: Grant, requestedEnd: Date | null): boolean =>
  grant.endsAt?.getTime() === requestedEnd?.getTime();

const instantOfEnd = (end: Date | null | undefined): number => end?.getTime() ?? Number.POSITIVE_INFINITY;

/**
 * Replaces the grants of the holder on the object (see `lockGrants`) with grants of the requested rights and the
 * requested end. A grant with an earlier end is prolonged; a grant of another right or with a later end is ended.
 */
export async function replaceGrants(
  context: CommandContext,
  lockedGrants: readonly Grant[],
  { organizationId, holder, object, rights, endsAt, reason }: RequestedGrants,
): Promise<void> {
  const endedGrants = lockedGrants.filter(
    (grant) => !rights.includes(grant.accessRight) || instantOfEnd(grant.endsAt) > instantOfEnd(endsAt),
  );
  await endLockedGrants(context, organizationId, endedGrants, context.accountId);
  const keptRights = new Set(
    lockedGrants.filter((grant) => hasRequestedEnd(grant, endsAt)).map(({ accessRight }) => accessRight),
  );
  await giveGrants(
    context,
    organizationId,
    context.accountId,
    rights
      .filter((right) => !keptRights.has(right))
      .map((right) => ({ holder, object, right, endsAt: endsAt?.toISOString() ?? null, reason })),
  );
}
