import type { FilterQuery } from '@mikro-orm/postgresql';
import type { SnapshotHolder, SnapshotObject } from '@cordee/contracts/teams/grant-snapshot';
import type { WriteContext } from '@cordee/service/background-transactions';
import { endGrants } from './end-grants.ts';
import { giveGrants, type GrantRequest } from './give-grants.ts';
import type { Grant } from './grant.entity.ts';

/** A right of a person on a product. */
export interface ProductGrantRequest extends GrantRequest {
  holder: Extract<SnapshotHolder, { kind: 'account' }>;
  object: Extract<SnapshotObject, { kind: 'product' }>;
}

/**
 * Grants rights until at least the requested end: an active grant with an earlier end is replaced, and one with the
 * same or a later end remains.
 */
export async function extendGrants(
  context: Pick<WriteContext, 'em' | 'now' | 'publish'>,
  organizationId: `org_${string}`,
  by: string,
  requests: readonly ProductGrantRequest[],
): Promise<void> {
  if (requests.length === 0) return;
  // Grants before ending: the insert waits for concurrent grants, so that `endGrants` sees them.
  do await giveGrants(context, organizationId, by, requests);
  while ((await endGrants(context, { organizationId, $or: requests.map(endsBefore) }, by)) > 0);
}

const endsBefore = ({ holder, object, right, endsAt }: ProductGrantRequest): FilterQuery<Grant> => ({
  holderMemberId: holder.memberId,
  objectKind: object.kind,
  productId: object.productId,
  ownershipNumber: object.ownershipNumber,
  accessRight: right,
  endsAt: endsAt === null ? { $ne: null } : { $lt: new Date(endsAt) },
});
