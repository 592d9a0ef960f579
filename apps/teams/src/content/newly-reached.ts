import type { Chain } from '@cordee/access/decide';
import type { Grant } from '@cordee/access/grants';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import { rightsGivenBy } from '@cordee/access/rights';
import { inOrder } from '../access/describe-sources.ts';
import type { OwnedThing } from './owned-content.ts';

type AccountId = `acc_${string}`;
type GrantChain = Extract<Chain, { via: 'grant' }>;

/** The facts from an instant on, and as they were right before it. */
export interface Turn {
  at: Date;
  after: OrganizationAccess;
  /** Undefined where what matters is whose the things are, and everything is new. */
  before: { access: OrganizationAccess; at: Date } | undefined;
}

/** Somebody reaches what is somebody else's. */
export interface Reach extends OwnedThing {
  accountId: AccountId;
  grant: Grant;
  /** Milliseconds since 1970: when the grant ends, or the way to them. */
  endsAt: number;
}

/** Who reaches which of the things since the turn by a grant: for each person and thing the grants that give all that is new, the widest first. */
export function newlyReached({ at, after, before }: Turn, things: readonly (OwnedThing & { rights: readonly string[] })[], accountIds: Iterable<AccountId>): Reach[] {
  const people = [...accountIds];
  return things.flatMap(({ resource, ownerAccountId, rights }) => {
    const { productId, resourceId } = resource;
    const widestFirst = rights.toSorted((one, other) => rightsGivenBy(other).length - rightsGivenBy(one).length);
    return people.flatMap((accountId) => {
      if (accountId === ownerAccountId) return [];
      const found: Reach[] = [];
      for (const right of widestFirst) {
        if (found.some(({ grant }) => rightsGivenBy(grant.right).includes(right))) continue;
        const question = { accountId, right, productId, resourceId };
        if (!after.check({ ...question, at }) || before?.access.check({ ...question, at: before.at })) continue;
        const chain = longest(after, accountId, after.decide({ ...question, at }).chains.filter((each) => isOfInterest(each, resourceId, before)));
        if (chain) found.push({ resource, ownerAccountId, accountId, ...chain });
      }
      return found;
    });
  });
}

/** Grants; on a thing that has just become somebody's only those from further up: of one on the thing itself its owner hears when it is given. */
const isOfInterest = (chain: Chain, resourceId: string, before: Turn['before']): chain is GrantChain => chain.via === 'grant' && (before !== undefined || chain.grant.object !== resourceId);

function longest({ grants }: OrganizationAccess, accountId: AccountId, chains: readonly GrantChain[]): { grant: Grant; endsAt: number } | undefined {
  return inOrder(chains)
    .map(({ grant, teams }) => ({ grant, endsAt: Math.min(grant.endsAt, grants.endOf(accountId, teams)) }))
    .reduce<{ grant: Grant; endsAt: number } | undefined>((best, each) => (best && best.endsAt >= each.endsAt ? best : each), undefined);
}
