import { holderOf } from '@cordee/access/grants';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { Resource } from '@cordee/access/products';
import { NAMED_SHARED, type SharedContent } from '@cordee/contracts/teams/shared-content';
import type * as z from 'zod';
import { compareText, endOf } from '../access/describe-sources.ts';
import type { GivenGrant } from '../access/select-given-grants.ts';
import type { Reach } from './newly-reached.ts';
import type { Peers } from './peers.ts';

/** A row with its place in the list. */
export interface PlacedRow {
  place: string;
  row: z.output<typeof SharedContent>;
}

interface Group {
  reach: Reach;
  /** Of its grants the first. */
  grantId: string;
  given: GivenGrant;
  peers: Set<Peers>;
  resources: Map<string, Resource>;
}

/** One row for all that reaches an owner's content alike: by the same holder, with the same right, given in one go, for as long, and before it alike. In the order of the owners. */
export function groupSharedContent(
  { grants, people }: OrganizationAccess,
  reached: readonly Reach[],
  given: ReadonlyMap<string, GivenGrant>,
): PlacedRow[] {
  const groups = new Map<string, Group>();
  for (const reach of reached) {
    const { ownerAccountId, resource, peers, grant, endsAt, heldUntil } = reach;
    const gift = given.get(grant.id)!;
    const key = JSON.stringify([
      ownerAccountId,
      grant.holder,
      grant.right,
      gift.givenAt,
      gift.givenBy,
      gift.reason,
      gift.endedAt,
      endsAt,
      heldUntil,
    ]);
    const group = groups.get(key) ?? { reach, grantId: grant.id, given: gift, peers: new Set(), resources: new Map() };
    groups.set(key, group);
    if (grant.id < group.grantId) group.grantId = grant.id;
    group.peers.add(peers);
    group.resources.set(resource.resourceId, resource);
  }
  return [...groups.values()]
    .flatMap(({ reach: { ownerAccountId, grant, endsAt, heldUntil }, grantId, given: gift, peers, resources }) => {
      const outermost = [...resources.values()].filter(({ parentId }) => !parentId || !resources.has(parentId));
      const holder = holderOf(grant, people);
      // Left since: there is nobody to tell of.
      if (!holder) return [];
      return [
        {
          place: `${ownerAccountId} ${grantId} ${endsAt} ${heldUntil}`,
          row: {
            ownerAccountId,
            holder,
            teamName: holder.kind === 'team' ? (grants.teams.find(holder.teamId)?.name ?? null) : null,
            right: grant.right,
            ...gift,
            ...others(peers, ownerAccountId),
            resources: outermost
              .slice(0, NAMED_SHARED)
              .map(({ resourceId, productId, name }) => ({ resourceId, productId, name })),
            resourceCount: outermost.length,
            endsAt: endOf({ endsAt }),
            heldUntil: heldUntil === null ? null : endOf({ endsAt: heldUntil }),
          },
        },
      ];
    })
    .sort((one, other) => compareText(one.place, other.place));
}

/** Those who are not the owner: how many, and some of them. Nobody is in two groups of peers. */
function others(
  groups: ReadonlySet<Peers>,
  ownerAccountId: `acc_${string}`,
): { accountIds: `acc_${string}`[]; peopleCount: number } {
  const peopleCount = [...groups].reduce((count, peers) => count + peers.size - (peers.has(ownerAccountId) ? 1 : 0), 0);
  const accountIds: `acc_${string}`[] = [];
  for (const peers of groups) {
    for (const accountId of peers) {
      if (accountIds.length === NAMED_SHARED) return { accountIds, peopleCount };
      if (accountId !== ownerAccountId) accountIds.push(accountId);
    }
  }
  return { accountIds, peopleCount };
}
