import type { FilterQuery } from '@mikro-orm/postgresql';
import type { SnapshotHolder, SnapshotObject } from '@cordee/contracts/teams/grant-snapshot';
import type { WriteContext } from '@cordee/service/background-transactions';
import { endGrants } from './end-grants.ts';
import { giveGrants, type GrantRequest } from './give-grants.ts';
import type { Grant } from './grant.entity.ts';

/** A right of a person on a product as a whole. */
export interface KeptRight extends GrantRequest {
  holder: Extract<SnapshotHolder, { kind: 'account' }>;
  object: Extract<SnapshotObject, { kind: 'product' }>;
}

/** Gives rights for at least as long as asked for: what was given already and is to end before makes room, what lasts as long or longer stays. */
export async function extendGrants(
  context: Pick<WriteContext, 'em' | 'now' | 'publish'>,
  organizationId: `org_${string}`,
  by: string,
  requests: readonly KeptRight[],
): Promise<void> {
  if (requests.length === 0) return;
  // First given, then looked at: whatever somebody else gives meanwhile has been waited for.
  do await giveGrants(context, organizationId, by, requests);
  while ((await endGrants(context, { organizationId, $or: requests.map(shorterThan) }, by)) > 0);
}

const shorterThan = ({ holder, object, right, endsAt }: KeptRight): FilterQuery<Grant> => ({
  holderMemberId: holder.memberId,
  objectKind: object.kind,
  productId: object.productId,
  ownershipNumber: object.ownershipNumber,
  accessRight: right,
  endsAt: endsAt === null ? { $ne: null } : { $lt: new Date(endsAt) },
});
