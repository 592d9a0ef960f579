import { holderKey } from '@cordee/access/grants';
import { OrganizationAccess, type PartRows } from '@cordee/access/organization-access';
import { isContentRight, ownerRights } from '@cordee/access/rights';
import { ORGANIZATION } from '@cordee/access/teams';
import type { Input } from '@cordee/contracts/contract';
import { getPeopleFacts } from '@cordee/contracts/identity/member';
import type { listSharedContent } from '@cordee/contracts/teams/shared-content';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { EntityManager } from '@mikro-orm/postgresql';
import { selectGivenGrants } from '../access/select-given-grants.ts';
import type { Catalogue } from '../grants/catalogue.ts';
import { kindOf } from '../grants/check-grants.ts';
import type { FactRows } from '../grants/fact-kinds.ts';
import { groupSharedContent, type PlacedRow } from './group-shared-content.ts';
import { newlyReached } from './newly-reached.ts';
import { ownedContent, productRows, type OwnedThing } from './owned-content.ts';
import { selectBegun, selectContentRights } from './select-begun.ts';
import { selectGrantsAt } from './select-grants-at.ts';

type AccountId = `acc_${string}`;
type MemberId = `mem_${string}`;
type PeopleRows = PartRows['people']['people'];

export interface SharedContentParts {
  now: Date;
  rpc: RpcClient;
  catalogue: Catalogue;
  /** People and products as they are now: whose the things are, and who is there to be told of. */
  present: OrganizationAccess;
}

/**
 * What others reach of people's content since an instant and did not reach before, or not for as long: the grants as they stood at the instant and right
 * before it, asked the same questions. Where nothing began that could matter, nothing is asked.
 */
export async function readSharedContent(
  em: EntityManager,
  parts: SharedContentParts,
  asked: Input<typeof listSharedContent>,
): Promise<PlacedRow[]> {
  const { organizationId, resourceId, memberId: newcomer } = asked;
  const { present } = parts;
  const at = new Date(asked.at);
  const earlier = new Date(at.getTime() - 1);
  const rights = await selectContentRights(em, organizationId);
  const begun = resourceId
    ? []
    : newcomer
      ? [newcomer]
      : (await selectBegun(em, organizationId, at, rights)).map(holderKey);
  const things = rights.length > 0 && (resourceId || begun.length > 0) ? ownedContent(present, resourceId) : [];
  if (things.length === 0) return [];
  const members = begun.filter(isMember);
  const memberIds = !resourceId && members.length === begun.length ? members : undefined;
  const grantsAfter = await selectGrantsAt(em, organizationId, at, { rights, memberIds });
  if (grantsAfter.grants.length === 0) return [];

  const people = await peopleOf(parts, organizationId, at, [
    ...members,
    ...(resourceId ? [] : grantsAfter.memberships.map(({ memberId }) => memberId)),
  ]);
  const products = productRows(present, things);
  // No role gives content: of a newcomer it matters only that they are no external any more, whatever they have become since.
  const factsOf = (grants: FactRows, role: 'external' | 'collaborator'): OrganizationAccess =>
    OrganizationAccess.from({
      people: {
        changed: null,
        support: [],
        people: people.map((person) => (person.memberId === newcomer ? { ...person, role } : person)),
      },
      products,
      grants: { changed: null, ...grants },
    });
  const after = factsOf(grantsAfter, 'collaborator');
  const grantsBefore = resourceId
    ? undefined
    : await selectGrantsAt(em, organizationId, earlier, { rights, memberIds });
  const before = grantsBefore && { access: factsOf(grantsBefore, 'external'), at: earlier };
  const stood = new Set(grantsBefore?.grants.map(({ grantId }) => grantId));
  const given = new Set(
    grantsBefore ? grantsAfter.grants.flatMap(({ grantId }) => (stood.has(grantId) ? [] : [grantId])) : [],
  );
  const holders = new Set(
    [grantsAfter, grantsBefore].flatMap((rows) =>
      [...(rows?.grants ?? []), ...(rows?.restrictions ?? [])].map(({ holder }) => holderKey(holder)),
    ),
  );
  const reached = newlyReached(
    { at, after, before, given, holders },
    await withRights(parts, things),
    resourceId ? people.map(({ accountId }) => accountId) : concerned(after, begun),
  );
  return groupSharedContent(
    after,
    reached,
    await selectGivenGrants(em, organizationId, [...new Set(reached.map(({ grant }) => grant.id))]),
  );
}

/** The people of the organization, with those named who have left it meanwhile. A block holds back for a while and takes nothing away: it is left out. */
async function peopleOf(
  { rpc, present }: SharedContentParts,
  organizationId: `org_${string}`,
  at: Date,
  named: readonly MemberId[],
): Promise<PeopleRows> {
  const rows = new Map([...present.people.all()].map((person) => [person.accountId, person]));
  if (named.some((memberId) => !present.people.member(memberId))) {
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await rpc.call(getPeopleFacts, {
        organizationId,
        at: at.toISOString(),
        ...(cursor === undefined ? {} : { cursor }),
      });
      // Who is back is asked about as who they were.
      for (const person of page.people) if (!present.people.member(person.memberId)) rows.set(person.accountId, person);
      cursor = page.nextCursor;
    }
  }
  return [...rows.values()].map(({ accountId, memberId, role, flags }) => ({
    accountId,
    memberId,
    role,
    flags,
    isBlocked: false,
  }));
}

/** The rights that open a thing, as its kind has them; all there are where nothing is known of the kind. */
async function withRights(
  { catalogue, present, now }: SharedContentParts,
  things: readonly OwnedThing[],
): Promise<(OwnedThing & { rights: readonly string[] })[]> {
  const typeOf = ({ resource }: OwnedThing): string => present.products.product(resource.productId)?.type ?? '';
  const types = new Map(
    await Promise.all(
      [...new Set(things.map(typeOf))].map(async (key) => [key, await catalogue.type(key, now)] as const),
    ),
  );
  return things.map((thing) => ({
    ...thing,
    rights: kindOf(types.get(typeOf(thing)), thing.resource.kind)?.rights.filter(isContentRight) ?? ownerRights,
  }));
}

/** Everybody whom something given to one of the holders can reach. */
function concerned({ people, grants }: OrganizationAccess, holders: readonly string[]): Set<AccountId> {
  return new Set(
    holders.flatMap((holder) => {
      if (holder === ORGANIZATION) return [...people.all()].map(({ accountId }) => accountId);
      return [...grants.membersOf(holder)].flatMap((memberId) => people.member(memberId)?.accountId ?? []);
    }),
  );
}

const isMember = (holder: string): holder is MemberId => holder.startsWith('mem_');
