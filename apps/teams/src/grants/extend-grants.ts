import type { FilterQuery } from '@mikro-orm/postgresql';
import type { SnapshotHolder, SnapshotObject } from '@cordee/contracts/teams/grant-snapshot';
import type { WriteContext } from '@cordee/service/background-transactions';
import { endGrants } from './end-grants.ts';
import { giveGrants, type GrantRequest } from './give-grants.ts';
import type { Grant } from './grant.entity.ts';

/** A request for a right of a person on a product. */
export interface ProductGrantRequest extends GrantRequest {
  holder: Extract<SnapshotHolder, { kind: 'account' }>;
  object: Extract<SnapshotObject, { kind: 'product' }>;
}

/**
 * Grants rights until at least the requested end. An active grant with an earlier end is replaced. An active grant with
 * the same or a later end remains.
 */
export async function extendGrants(
  context: Pick<WriteContext, 'em' | 'now' | 'publish'>,
  organizationId: `org_${string}`,
  givenBy: string,
  requests: readonly ProductGrantRequest[],
): Promise<void> {
  if (requests.length === 0) return;
  // `giveGrants` does not replace an active grant. When such a grant ends too early, `endGrants` ends it, and the next
  // `giveGrants` creates the requested grant.
  // The insert of `giveGrants` waits for concurrent inserts of the same grants, so that `endGrants` sees these grants.
  do await giveGrants(context, organizationId, givenBy, requests);
  while ((await endGrants(context, { organizationId, $or: requests.map(withEarlierEnd) }, givenBy)) > 0);
}

/** Matches the grants of the same right that end before the requested end. */
const withEarlierEnd = ({ holder, object, right, endsAt }: ProductGrantRequest): FilterQuery<Grant> => ({
  holderMemberId: holder.memberId,
  objectKind: object.kind,
  productId: object.productId,
  ownershipNumber: object.ownershipNumber,
  accessRight: right,
  endsAt: endsAt === null ? { $ne: null } : { $lt: new Date(endsAt) },
});
