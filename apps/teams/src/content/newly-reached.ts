import type { Chain, Question } from '@cordee/access/decide';
import type { Grant } from '@cordee/access/grants';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import { rightsGivenBy } from '@cordee/access/rights';
import { inOrder } from '../access/describe-sources.ts';
import type { OwnedThing } from './owned-content.ts';
import { peersAmong, type Peers } from './peers.ts';

type AccountId = `acc_${string}`;
type GrantChain = Extract<Chain, { via: 'grant' }>;

/** The facts from an instant on, and as they were right before it. */
export interface Turn {
  at: Date;
  after: OrganizationAccess;
  /** Undefined where what matters is whose the things are, and everything is new. */
  before: { access: OrganizationAccess; at: Date } | undefined;
  /** The grants that were given with it. */
  given: ReadonlySet<string>;
  /** Who holds something that is looked at, or is restricted somewhere. */
  holders: ReadonlySet<string>;
}

/** People reach what is somebody else's. */
export interface Reach extends OwnedThing {
  /** With the owner, if they are one of them. */
  peers: Peers;
  grant: Grant;
  /** Milliseconds since 1970: when the grant ends, or the way to them. */
  endsAt: number;
}

/** Who reaches which of the things since the turn by a grant: for people alike and each thing the grants that give all that is new, the widest first. */
export function newlyReached(turn: Turn, things: readonly (OwnedThing & { rights: readonly string[] })[], accountIds: Iterable<AccountId>): Reach[] {
  const groups = peersAmong(turn, turn.at, accountIds);
  return things.flatMap(({ resource, ownerAccountId, rights }) => {
    const widestFirst = rights.toSorted((one, other) => rightsGivenBy(other).length - rightsGivenBy(one).length);
    // Whoever owns what it lies in reaches it anyway, and speaks for none of the others.
    const owners = new Set(turn.after.products.pathOf(resource).map((around) => around.ownerAccountId));
    return groups.flatMap((peers) => {
      const accountId = someOther(peers, owners);
      if (!accountId) return [];
      const found: Reach[] = [];
      for (const right of widestFirst) {
        if (found.some(({ grant }) => rightsGivenBy(grant.right).includes(right))) continue;
        const chain = longest(turn.after, accountId, newChains(turn, { accountId, right, productId: resource.productId, resourceId: resource.resourceId }));
        if (chain) found.push({ resource, ownerAccountId, peers, ...chain });
      }
      return found;
    });
  });
}

function someOther(peers: Peers, owners: ReadonlySet<AccountId | null>): AccountId | undefined {
  for (const accountId of peers) if (!owners.has(accountId)) return accountId;
  return undefined;
}

/**
 * By what the person has the right and did not have it before. What is given to who has the right anyway is new too, as one more way; but not where
 * it only takes the place of what gave the right before, as when inheritance is restricted to something narrower.
 */
function newChains({ at, after, before, given }: Turn, question: Omit<Question, 'at'>): GrantChain[] {
  if (!after.check({ ...question, at })) return [];
  const hadIt = before?.access.check({ ...question, at: before.at }) ?? false;
  if (hadIt && given.size === 0) return [];
  const { chains } = after.decide({ ...question, at });
  const byGrant = chains.filter((chain) => chain.via === 'grant');
  if (hadIt) {
    const more = byGrant.filter(({ grant }) => given.has(grant.id));
    return more.length < chains.length ? more : [];
  }
  // Of a grant on the very thing that has just become somebody's its owner hears when it is given.
  return before ? byGrant : byGrant.filter(({ grant }) => grant.object !== question.resourceId);
}

function longest({ grants, people }: OrganizationAccess, accountId: AccountId, chains: readonly GrantChain[]): { grant: Grant; endsAt: number } | undefined {
  return inOrder(chains)
    .map(({ grant, teams }) => ({ grant, endsAt: Math.min(grant.endsAt, grants.teams.endOf(people.find(accountId)!.memberId, teams)) }))
    .reduce<{ grant: Grant; endsAt: number } | undefined>((best, each) => (best && best.endsAt >= each.endsAt ? best : each), undefined);
}
