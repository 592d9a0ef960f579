import type { Question } from '@cordee/access/decide';
import type { Grant } from '@cordee/access/grants';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import { rightsGivenBy } from '@cordee/access/rights';
import { inOrder } from '../access/describe-sources.ts';
import type { OwnedThing } from './owned-content.ts';
import { peersAmong, type Peers } from './peers.ts';

type AccountId = `acc_${string}`;
type Reaching = Pick<Reach, 'grant' | 'endsAt'>;
type NewReaching = Reaching & Pick<Reach, 'heldUntil'>;

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
  /** When it was to end before, where they reached it already; null where it is new. */
  heldUntil: number | null;
}

/** Who reaches which of the things since the turn by a grant, or for longer: for people alike and each thing the grants that give all that is new, the widest first. */
export function newlyReached(
  turn: Turn,
  things: readonly (OwnedThing & { rights: readonly string[] })[],
  accountIds: Iterable<AccountId>,
): Reach[] {
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
        const reaching = newReaching(turn, {
          accountId,
          right,
          productId: resource.productId,
          resourceId: resource.resourceId,
        });
        if (reaching) found.push({ resource, ownerAccountId, peers, ...reaching });
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
 * By what the person has the right and did not have it before, or has it for longer than they were to. What is given to who has the right anyway is new
 * too, as one more grant; but not where it only takes the place of what gave the right before, as when inheritance is restricted to something narrower.
 */
function newReaching({ at, after, before, given }: Turn, asked: Omit<Question, 'at'>): NewReaching | undefined {
  const question = { ...asked, at };
  if (!after.check(question)) return undefined;
  const grants = grantsReaching(after, question);
  // Of a grant on the very thing that has just become somebody's its owner hears when it is given.
  if (!before)
    return longest(
      grants.filter(({ grant }) => grant.object !== question.resourceId),
      null,
    );
  const earlier = { ...question, at: before.at };
  const held = before.access.check(earlier) ? longest(grantsReaching(before.access, earlier), null) : undefined;
  if (!held) return longest(grants, null);
  const more = grants.filter(({ grant }) => given.has(grant.id));
  if (more.length > 0 && more.length < grants.length) return longest(more, null);
  return longest(
    grants.filter(({ endsAt }) => endsAt > held.endsAt),
    held.endsAt,
  );
}

/** The grants that give the right, with the end of each or of its way to the person, in the order in which they were given. */
function grantsReaching(access: OrganizationAccess, question: Question): Reaching[] {
  const { memberId } = access.people.find(question.accountId)!;
  return inOrder(access.decide(question).chains.filter((chain) => chain.via === 'grant')).map(({ grant, teams }) => ({
    grant,
    endsAt: Math.min(grant.endsAt, access.grants.teams.endOf(memberId, teams)),
  }));
}

function longest(grants: readonly Reaching[], heldUntil: number | null): NewReaching | undefined {
  const [first, ...others] = grants;
  return first && { ...others.reduce((best, each) => (best.endsAt >= each.endsAt ? best : each), first), heldUntil };
}
