import type { Decision } from '@cordee/access/decide';
import type { PartRows } from '@cordee/access/organization-access';
import type { Role } from '@cordee/contracts/permissions';
import type { GrantHolder, GrantObject } from '@cordee/contracts/teams/grant-facts';
import { seededNumbers } from '../test-environment.ts';

type AccountId = `acc_${string}`;
type ProductId = `prd_${string}`;
type ResourceId = `res_${string}`;
type TeamId = `team_${string}`;

/** Something that holds from one day on, until another one or for good. */
interface Span { from: number; until: number | null }
/** The same, with an end that was planned. */
interface Planned extends Span { endsAt: number | null }

/** All that ever was in an organization, in days since it began. */
export interface History {
  people: { accountId: AccountId; standings: (Span & { role: Role; isBlocked: boolean })[] }[];
  products: (Span & { productId: ProductId; type: string; blocks: Span[] })[];
  resources: { resourceId: ResourceId; productId: ProductId; parentId: ResourceId | null; from: number; owners: (Span & { accountId: AccountId })[] }[];
  teams: (Span & { teamId: TeamId; places: (Span & { parentId: TeamId | null; parentEndsAt: number | null; isMembersOnly: boolean })[] })[];
  memberships: (Planned & { teamId: TeamId; accountId: AccountId })[];
  grants: (Planned & { grantId: `grt_${string}`; holder: GrantHolder; object: GrantObject; right: string })[];
  restrictions: (Planned & { holder: GrantHolder; resourceId: ResourceId })[];
}

const DAY_MS = 86_400_000;
const DAYS = 9;
/** Instants that are asked about: at the very moment at which things begin and end, and between. The last one is now. */
export const INSTANTS = [1, 2.5, 4, 5.5, 7, 8.5].map((day) => day * DAY_MS);
export const RIGHTS = ['technical', 'user', 'admin', 'view', 'change', 'manage', 'read'];
const TYPES = ['web_hosting', 'drive'];

/** A random organization with everything that access knows: nested teams, grants of every kind, ends, blocks, externals, folders, restrictions. */
export function draw(seed: number): History {
  const next = seededNumbers(seed);
  const upTo = (most: number): number => Math.floor(next() * (most + 1));
  const one = <T>(values: readonly T[]): T => values[upTo(values.length - 1)]!;
  const some = <T>(most: number, make: (index: number) => T): T[] => Array.from({ length: upTo(most) }, (_, index) => make(index));
  const chance = (probability: number): boolean => next() < probability;
  const from = (): number => (chance(0.6) ? 0 : upTo(DAYS - 2));
  const span = (start = from(), end = 0.3): Span => ({ from: start, until: chance(end) ? start + upTo(DAYS - start) : null });
  const planned = (): Planned => ({ ...span(), endsAt: chance(0.25) ? upTo(DAYS + 1) : null });
  /** One after the other, without a gap in between. */
  const parts = <T extends object>(most: number, make: () => T): (Span & T)[] => {
    const cuts = [...new Set(some(most, () => 1 + upTo(DAYS - 2)))].sort((a, b) => a - b);
    return [0, ...cuts].map((start, index) => ({ from: start, until: cuts[index] ?? null, ...make() }));
  };

  const people = Array.from({ length: 2 + upTo(3) }, (_, index) => {
    const standings = parts(1, () => ({ role: one<Role>(['collaborator', 'collaborator', 'external', 'external', 'administrator', 'legal_representative']), isBlocked: chance(0.08) }));
    return { accountId: `acc_${index}` as const, standings: chance(0.15) ? standings.slice(1) : standings };
  });
  const products = Array.from({ length: 1 + upTo(2) }, (_, index) => ({ productId: `prd_${index}` as const, type: one(TYPES), ...span(from(), 0.1), blocks: some(1, () => span()) }));
  const resources: History['resources'] = [];
  for (const { productId } of products) {
    for (let count = upTo(4); count > 0; count -= 1) {
      const above = resources.filter((resource) => resource.productId === productId);
      resources.push({
        resourceId: `res_${resources.length}`, productId, parentId: above.length > 0 && chance(0.7) ? one(above).resourceId : null, from: from(),
        owners: chance(0.25) ? [{ ...span(), accountId: one(people).accountId }] : [],
      });
    }
  }
  const teams: History['teams'] = [];
  for (let index = upTo(4); index > 0; index -= 1) {
    const above = teams.map(({ teamId }) => teamId);
    teams.push({
      teamId: `team_${teams.length}`, ...span(from(), 0.1),
      places: parts(1, () => ({ parentId: above.length > 0 && chance(0.7) ? one(above) : null, parentEndsAt: chance(0.2) ? upTo(DAYS) : null, isMembersOnly: chance(0.15) })),
    });
  }
  const holder = (): GrantHolder => {
    if (teams.length > 0 && chance(0.5)) return { kind: 'team', teamId: one(teams).teamId };
    return chance(0.8) ? { kind: 'account', accountId: one(people).accountId } : { kind: 'organization' };
  };
  const object = (): GrantObject => {
    if (resources.length > 0 && chance(0.5)) {
      const { productId, resourceId } = one(resources);
      return { kind: 'resource', productId, resourceId };
    }
    return chance(0.6) ? { kind: 'product', productId: one(products).productId } : { kind: 'product_type', type: one(TYPES) };
  };
  return {
    people, products, resources, teams,
    memberships: teams.length > 0 ? some(6, () => ({ ...planned(), teamId: one(teams).teamId, accountId: one(people).accountId })) : [],
    grants: some(9, () => 0).map((_, index) => ({ ...planned(), grantId: `grt_${index}` as const, holder: holder(), object: object(), right: one(RIGHTS) })),
    restrictions: resources.length > 0 ? some(2, () => ({ ...planned(), holder: holder(), resourceId: one(resources).resourceId })) : [],
  };
}

const day = (instant: number): number => instant / DAY_MS;
const within = ({ from, until }: Span, at: number): boolean => from <= at && (until === null || at < until);
const stands = (planned: Planned, at: number): boolean => within(planned, at) && (planned.endsAt === null || at < planned.endsAt);
const iso = (days: number | null): string | null => (days === null ? null : new Date(days * DAY_MS).toISOString());

/** The rows that the owners tell of an instant. What is to end later is told with its end. */
export function factsAt(history: History, instant: number): PartRows {
  const at = day(instant);
  const living = history.teams.filter((team) => within(team, at));
  const had = history.products.filter((product) => within(product, at));
  return {
    people: {
      changed: null,
      support: [],
      people: history.people.flatMap(({ accountId, standings }) => {
        const standing = standings.find((each) => within(each, at));
        return standing ? [{ accountId, memberId: `mem_${accountId}` as const, role: standing.role, flags: [], isBlocked: standing.isBlocked }] : [];
      }),
    },
    grants: {
      changed: null,
      teams: living.map(({ teamId, places }) => {
        const { parentId, parentEndsAt, isMembersOnly } = places.find((place) => within(place, at))!;
        return { teamId, name: teamId, parentId, parentEndsAt: iso(parentEndsAt), isMembersOnly };
      }),
      memberships: history.memberships.filter((each) => stands(each, at) && living.some(({ teamId }) => teamId === each.teamId)).map(({ teamId, accountId, endsAt }) => ({ teamId, accountId, endsAt: iso(endsAt) })),
      grants: history.grants.filter((each) => stands(each, at)).map(({ grantId, holder, object, right, endsAt }) => ({ grantId, holder, object, right, endsAt: iso(endsAt) })),
      restrictions: history.restrictions.filter((each) => stands(each, at)).map(({ holder, resourceId, endsAt }) => ({ holder, resourceId, endsAt: iso(endsAt) })),
    },
    products: {
      changed: null,
      products: had.map(({ productId, type, blocks }) => ({ productId, type, name: productId, isBlocked: blocks.some((block) => within(block, at)) })),
      resources: history.resources
        .filter((resource) => resource.from <= at && had.some(({ productId }) => productId === resource.productId))
        .map(({ resourceId, productId, parentId, owners }) => ({
          resourceId, productId, kind: 'folder', name: resourceId, parentId, ownerAccountId: owners.find((owner) => within(owner, at))?.accountId ?? null,
        })),
    },
  };
}

/** What the model says: the decision, with chains as far as they matter. */
export interface Expected {
  allowed: boolean;
  refusal: Decision['refusal'];
  chains: ({ via: 'role'; role: Role } | { via: 'owner' } | { via: 'grant'; grant: { id: string }; teams: TeamId[] })[];
}

/** The rights that are as good as the one that is asked for. */
const AS_GOOD: Record<string, string[]> = { view: ['view', 'change', 'manage'], change: ['change', 'manage'], user: ['user', 'admin'] };
const CONTENT = ['read', 'view', 'change'];

/** The rules of access said once more, straight from the history and without any index: slow, and written for tests alone. */
export function naive(history: History, { accountId, right, productId, resourceId }: { accountId: string; right: string; productId: string; resourceId?: string | undefined }, instant: number): Expected {
  const at = day(instant);
  const refuse = (refusal: Expected['refusal']): Expected => ({ allowed: false, refusal, chains: [] });
  const standing = history.people.find((person) => person.accountId === accountId)?.standings.find((each) => within(each, at));
  if (!standing) return refuse('not_in_organization');
  if (standing.isBlocked) return refuse('person_blocked');
  const product = history.products.find((each) => each.productId === productId && within(each, at));
  if (!product) return refuse('product_unknown');
  const isManager = standing.role === 'administrator' || standing.role === 'legal_representative';

  // From the thing itself outwards; a folder that is not there yet holds nothing.
  const places: History['resources'] = [];
  if (resourceId !== undefined) {
    const find = (id: string | null) => history.resources.find((resource) => resource.resourceId === id && resource.productId === productId && resource.from <= at);
    for (let place = find(resourceId); place; place = find(place.parentId)) places.push(place);
    if (places.length === 0) return refuse('resource_unknown');
  }
  const depthOf = (object: GrantObject): number => {
    if (object.kind === 'resource') return places.findIndex((place) => place.resourceId === object.resourceId);
    if (object.kind === 'product') return object.productId === productId ? places.length : -1;
    return object.type === product.type ? places.length + 1 : -1;
  };
  const climb = (team: TeamId | null, goal: TeamId, climbed: TeamId[]): TeamId[] | undefined => {
    const place = history.teams.find((each) => each.teamId === team && within(each, at))?.places.find((each) => within(each, at));
    if (!team || !place || (place.isMembersOnly && standing.role === 'external')) return undefined;
    if (team === goal) return [...climbed, team];
    return place.parentEndsAt !== null && at >= place.parentEndsAt ? undefined : climb(place.parentId, goal, [...climbed, team]);
  };
  const pathsTo = (holder: GrantHolder): TeamId[][] => {
    if (holder.kind === 'account') return holder.accountId === accountId ? [[]] : [];
    if (holder.kind === 'organization') return standing.role === 'external' ? [] : [[]];
    return history.memberships.filter((each) => each.accountId === accountId && stands(each, at)).flatMap(({ teamId }) => {
      const path = climb(teamId, holder.teamId, []);
      return path ? [path] : [];
    });
  };
  const isCut = (grant: History['grants'][number], depth: number, path: TeamId[]): boolean =>
    history.restrictions.some(({ holder, resourceId: restricted, ...planned }) => {
      const place = places.findIndex((each) => each.resourceId === restricted);
      if (place < 0 || place >= depth || !stands(planned, at)) return false;
      if (holder.kind === 'account') return holder.accountId === accountId;
      return holder.kind === 'team' ? path.includes(holder.teamId) : grant.holder.kind === 'organization';
    });

  let wasCut = false;
  const chains: Expected['chains'] = [];
  if (isManager && !CONTENT.includes(right)) chains.push({ via: 'role', role: standing.role });
  if (CONTENT.includes(right) && places.some(({ owners }) => owners.find((owner) => within(owner, at))?.accountId === accountId)) chains.push({ via: 'owner' });
  for (const grant of history.grants) {
    const depth = depthOf(grant.object);
    if (depth < 0 || !stands(grant, at) || !(AS_GOOD[right] ?? [right]).includes(grant.right)) continue;
    for (const path of pathsTo(grant.holder)) {
      if (isCut(grant, depth, path)) wasCut = true;
      else chains.push({ via: 'grant', grant: { id: grant.grantId }, teams: path });
    }
  }
  if (chains.length === 0) return refuse(wasCut ? 'inheritance_restricted' : 'no_grant');
  if (product.blocks.some((block) => within(block, at)) && !isManager) return refuse('product_blocked');
  if (right === 'manage' && standing.role === 'external') return refuse('external_capped');
  return { allowed: true, refusal: null, chains };
}
