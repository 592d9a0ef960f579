import type { Decision } from '@cordee/access/decide';
import type { PartRows } from '@cordee/access/organization-access';
import type { Role } from '@cordee/contracts/permissions';
import type { SnapshotHolder, SnapshotObject } from '@cordee/contracts/teams/grant-snapshot';
import { seededNumbers } from '../test-environment.ts';

type AccountId = `acc_${string}`;
type MemberId = `mem_${string}`;
type ProductId = `prd_${string}`;
type ResourceId = `res_${string}`;
type TeamId = `team_${string}`;

/** Something that holds from one day on, until another one or for good. */
interface Span {
  from: number;
  until: number | null;
}
/** The same, with an end that was planned. */
interface Planned extends Span {
  endsAt: number | null;
}

/** All that ever was in an organization, in days since it began. */
export interface History {
  /** The rights of each product type; types that are not named are not in the catalogue. */
  catalogue: { type: string; rights: string[] }[];
  /** Who was there twice is there under two member ids. */
  people: {
    accountId: AccountId;
    memberId: MemberId;
    standings: (Span & { role: Role; isBlocked: boolean; lacksSecondFactor: boolean })[];
  }[];
  /** A product that left and came back is there twice. */
  products: (Span & { productId: ProductId; ownershipNumber: number; type: string; blocks: Span[] })[];
  resources: {
    resourceId: ResourceId;
    productId: ProductId;
    parentId: ResourceId | null;
    from: number;
    owners: (Span & { memberId: MemberId })[];
  }[];
  /** The staff that was let in, members of the organization among them. */
  support: (Planned & {
    supportAccessId: `sup_${string}`;
    accountId: AccountId;
    level: 'read' | 'write';
    withContent: boolean;
    products: { productId: ProductId; ownershipNumber: number }[] | null;
    grantedByMemberId: MemberId | null;
  })[];
  teams: (Span & {
    teamId: TeamId;
    places: (Span & { parentId: TeamId | null; parentEndsAt: number | null; isMembersOnly: boolean })[];
  })[];
  memberships: (Planned & { teamId: TeamId; memberId: MemberId })[];
  grants: (Planned & { grantId: `grt_${string}`; holder: SnapshotHolder; object: SnapshotObject; right: string })[];
  restrictions: (Planned & {
    holder: SnapshotHolder;
    resourceId: ResourceId;
    ownershipNumber: number;
    right: string | null;
  })[];
}

const DAY_MS = 86_400_000;
const DAYS = 9;
/** Instants that are asked about: at the very moment at which things begin and end, and between. The last one is now. */
export const INSTANTS = [1, 2.5, 4, 5.5, 7, 8.5].map((day) => day * DAY_MS);
export const RIGHTS = ['technical', 'statistics', 'user', 'admin', 'view', 'change', 'manage', 'read'];
/** No type has it, and it is given all the same: the catalogue of a copy may be old. */
const UNKNOWN = 'banana';
export const ASKED_RIGHTS = [...RIGHTS, UNKNOWN];
const TYPES = ['web_hosting', 'drive'];

/** Scopes of tokens, from nothing on products to everything. */
export const TOKENS = [
  ['product:read'],
  ['right:technical', 'right:view', 'product:read'],
  RIGHTS.slice(2).map((right) => `right:${right}`),
  ['right:*'],
].map((scopes): ReadonlySet<string> => new Set(scopes));

/** A random organization with everything that access knows: nested teams, grants of every kind, ends, blocks, externals, folders, restrictions. */
export function draw(seed: number): History {
  const next = seededNumbers(seed);
  const upTo = (most: number): number => Math.floor(next() * (most + 1));
  const one = <T>(values: readonly T[]): T => values[upTo(values.length - 1)]!;
  const some = <T>(most: number, make: (index: number) => T): T[] =>
    Array.from({ length: upTo(most) }, (_, index) => make(index));
  const chance = (probability: number): boolean => next() < probability;
  const from = (): number => (chance(0.6) ? 0 : upTo(DAYS - 2));
  const span = (start = from(), end = 0.3): Span => ({
    from: start,
    until: chance(end) ? start + upTo(DAYS - start) : null,
  });
  const planned = (): Planned => ({ ...span(), endsAt: chance(0.25) ? upTo(DAYS + 1) : null });
  /** One after the other, without a gap in between. */
  const parts = <T extends object>(most: number, make: () => T): (Span & T)[] => {
    const cuts = [...new Set(some(most, () => 1 + upTo(DAYS - 2)))].sort((a, b) => a - b);
    return [0, ...cuts].map((start, index) => ({ from: start, until: cuts[index] ?? null, ...make() }));
  };

  const people = Array.from({ length: 2 + upTo(3) }, (_, index) => {
    const standings = parts(1, () => ({
      role: one<Role>([
        'collaborator',
        'collaborator',
        'external',
        'external',
        'administrator',
        'legal_representative',
      ]),
      isBlocked: chance(0.08),
      lacksSecondFactor: chance(0.06),
    }));
    const [accountId, memberId] = [`acc_${index}` as const, `mem_${index}` as const];
    const [before, ...after] = standings;
    // Gone and back: what was given before is still on record, and counts no longer.
    if (after.length > 0 && chance(0.4))
      return [
        { accountId, memberId, standings: [before!] },
        { accountId, memberId: `${memberId}_again` as const, standings: after },
      ];
    return [{ accountId, memberId, standings: chance(0.15) ? after : standings }];
  }).flat();
  const products = Array.from({ length: 1 + upTo(2) }, (_, index) => {
    const product = { productId: `prd_${index}` as const, type: one(TYPES), blocks: some(1, () => span()) };
    const first = { ...product, ownershipNumber: 1, ...span(from(), 0.2) };
    return first.until !== null && chance(0.7)
      ? [first, { ...product, ownershipNumber: 2, from: first.until + upTo(1), until: null }]
      : [first];
  }).flat();
  const resources: History['resources'] = [];
  for (const productId of new Set(products.map((product) => product.productId))) {
    for (let count = upTo(4); count > 0; count -= 1) {
      const above = resources.filter((resource) => resource.productId === productId);
      resources.push({
        resourceId: `res_${resources.length}`,
        productId,
        parentId: above.length > 0 && chance(0.7) ? one(above).resourceId : null,
        from: from(),
        owners: chance(0.25) ? [{ ...span(), memberId: one(people).memberId }] : [],
      });
    }
  }
  const teams: History['teams'] = [];
  for (let index = upTo(4); index > 0; index -= 1) {
    const above = teams.map(({ teamId }) => teamId);
    teams.push({
      teamId: `team_${teams.length}`,
      ...span(from(), 0.1),
      places: parts(1, () => ({
        parentId: above.length > 0 && chance(0.7) ? one(above) : null,
        parentEndsAt: chance(0.2) ? upTo(DAYS) : null,
        isMembersOnly: chance(0.15),
      })),
    });
  }
  const account = (): SnapshotHolder => {
    const { accountId, memberId } = one(people);
    return { kind: 'account', accountId, memberId };
  };
  const holder = (): SnapshotHolder => {
    if (teams.length > 0 && chance(0.5)) return { kind: 'team', teamId: one(teams).teamId };
    return chance(0.8) ? account() : { kind: 'organization' };
  };
  const ownershipNumber = (): number => (chance(0.8) ? 1 : 2);
  const object = (): SnapshotObject => {
    if (resources.length > 0 && chance(0.5)) {
      const { productId, resourceId } = one(resources);
      return { kind: 'resource', productId, resourceId, ownershipNumber: ownershipNumber() };
    }
    return chance(0.6)
      ? { kind: 'product', productId: one(products).productId, ownershipNumber: ownershipNumber() }
      : { kind: 'product_type', type: one(TYPES) };
  };
  const grants = some(10, (index) => ({
    ...planned(),
    grantId: `grt_${index}` as const,
    holder: holder(),
    object: object(),
    right: chance(0.04) ? UNKNOWN : one(RIGHTS),
  }));
  // Half of them stand for somebody who was given something on the resource or in it.
  const restriction = (): History['restrictions'][number] => {
    const { holder: held, object: on } =
      grants.length > 0 && chance(0.5) ? one(grants) : { holder: holder(), object: object() };
    return {
      ...planned(),
      holder: held,
      resourceId: on.kind === 'resource' ? on.resourceId : one(resources).resourceId,
      ownershipNumber: ownershipNumber(),
      right: chance(0.4) ? null : one(RIGHTS),
    };
  };
  return {
    // Nearly always each type has some of the rights.
    catalogue: TYPES.filter(() => !chance(0.05)).map((type) => ({ type, rights: RIGHTS.filter(() => chance(0.8)) })),
    people,
    products,
    resources,
    teams,
    support: chance(0.3)
      ? [
          {
            ...planned(),
            endsAt: upTo(DAYS + 1),
            supportAccessId: 'sup_0',
            accountId: chance(0.7) ? 'acc_staff' : one(people).accountId,
            level: chance(0.5) ? 'read' : 'write',
            withContent: chance(0.5),
            products: chance(0.5) ? null : [{ productId: one(products).productId, ownershipNumber: ownershipNumber() }],
            grantedByMemberId: chance(0.6) ? null : one(people).memberId,
          },
        ]
      : [],
    memberships:
      teams.length > 0
        ? some(6, () => ({ ...planned(), teamId: one(teams).teamId, memberId: one(people).memberId }))
        : [],
    grants,
    restrictions: resources.length > 0 ? some(4, restriction) : [],
  };
}

const day = (instant: number): number => instant / DAY_MS;
const within = ({ from, until }: Span, at: number): boolean => from <= at && (until === null || at < until);
const stands = (planned: Planned, at: number): boolean =>
  within(planned, at) && (planned.endsAt === null || at < planned.endsAt);
const iso = (days: number | null): string | null => (days === null ? null : new Date(days * DAY_MS).toISOString());

/** The rows that the owners tell of an instant. What is to end later is told with its end. */
export function snapshotAt(history: History, instant: number): PartRows {
  const at = day(instant);
  const living = history.teams.filter((team) => within(team, at));
  const had = history.products.filter((product) => within(product, at));
  return {
    people: {
      changed: null,
      support: history.support
        .filter((each) => stands(each, at))
        .map(({ from: _, until: __, endsAt, ...entry }) => ({ ...entry, endsAt: iso(endsAt)! })),
      people: history.people.flatMap(({ accountId, memberId, standings }) => {
        const standing = standings.find((each) => within(each, at));
        return standing
          ? [
              {
                accountId,
                memberId,
                role: standing.role,
                flags: [],
                isBlocked: standing.isBlocked,
                ...(standing.lacksSecondFactor ? { lacksSecondFactor: true as const } : {}),
              },
            ]
          : [];
      }),
    },
    grants: {
      changed: null,
      teams: living.map(({ teamId, places }) => {
        const { parentId, parentEndsAt, isMembersOnly } = places.find((place) => within(place, at))!;
        return { teamId, name: teamId, parentId, parentEndsAt: iso(parentEndsAt), isMembersOnly };
      }),
      memberships: history.memberships
        .filter((each) => stands(each, at) && living.some(({ teamId }) => teamId === each.teamId))
        .map(({ teamId, memberId, endsAt }) => ({ teamId, memberId, endsAt: iso(endsAt) })),
      grants: history.grants
        .filter((each) => stands(each, at))
        .map(({ grantId, holder, object, right, endsAt }) => ({ grantId, holder, object, right, endsAt: iso(endsAt) })),
      restrictions: history.restrictions
        .filter((each) => stands(each, at))
        .map(({ holder, resourceId, ownershipNumber, right, endsAt }) => ({
          holder,
          resourceId,
          ownershipNumber,
          right,
          endsAt: iso(endsAt),
        })),
    },
    products: {
      changed: null,
      products: had.map(({ productId, ownershipNumber, type, blocks }) => ({
        productId,
        ownershipNumber,
        type,
        name: productId,
        isBlocked: blocks.some((block) => within(block, at)),
      })),
      resources: history.resources
        .filter((resource) => resource.from <= at && had.some(({ productId }) => productId === resource.productId))
        .map(({ resourceId, productId, parentId, owners }) => {
          const owner = owners.find((each) => within(each, at))?.memberId ?? null;
          return {
            resourceId,
            productId,
            kind: 'folder',
            name: resourceId,
            parentId,
            ownerAccountId: history.people.find(({ memberId }) => memberId === owner)?.accountId ?? null,
            ownerMemberId: owner,
          };
        }),
    },
  };
}

/** What the model says: the decision, with chains as far as they matter. */
export interface Expected {
  allowed: boolean;
  refusal: Decision['refusal'];
  chains: (
    | { via: 'role'; role: Role }
    | { via: 'owner' }
    | { via: 'support'; supportAccessId: string }
    | { via: 'grant'; grant: { id: string }; teams: TeamId[]; gives: string[] }
  )[];
}

/** The rights that come with a right. */
const COMES_WITH: Record<string, string[]> = {
  manage: ['manage', 'change', 'view'],
  change: ['change', 'view'],
  admin: ['admin', 'user'],
};
const allOf = (right: string): string[] => COMES_WITH[right] ?? [right];
const CONTENT = ['read', 'view', 'change'];
const LOOKING = ['statistics', 'history', 'read', 'view'];

/** The rules of access said once more, straight from the history and without any index: slow, and written for tests alone. */
export function naive(history: History, question: Asked, instant: number): Expected {
  const expected = naiveWithoutScopes(history, question, instant);
  const scopes = question.scopes && [...question.scopes];
  const isHeldBack = scopes !== undefined && !scopes.includes(`right:${question.right}`) && !scopes.includes('right:*');
  return expected.allowed && isHeldBack ? { allowed: false, refusal: 'token_scope_missing', chains: [] } : expected;
}

function naiveWithoutScopes(history: History, question: Asked, instant: number): Expected {
  const { accountId, right, productId, resourceId } = question;
  const at = day(instant);
  const own = naiveOfPerson(history, question, instant);
  const product = history.products.find((each) => each.productId === productId && within(each, at));
  const isThere =
    resourceId === undefined ||
    history.resources.some((each) => each.resourceId === resourceId && each.productId === productId && each.from <= at);
  if (!product || !isThere) return own;
  const support = history.support.filter(
    (entry) =>
      entry.accountId === accountId &&
      stands(entry, at) &&
      (entry.products === null ||
        entry.products.some(
          (each) => each.productId === productId && each.ownershipNumber === product.ownershipNumber,
        )) &&
      isBacked(history, entry.grantedByMemberId, productId as ProductId, instant) &&
      (entry.withContent || !CONTENT.includes(right)) &&
      (entry.level === 'write' || LOOKING.includes(right)),
  );
  if (support.length === 0) return own;
  if (!isRightOf(history, product.type, right))
    return own.allowed ? own : { allowed: false, refusal: 'right_unknown', chains: [] };
  if (product.blocks.some((block) => within(block, at)))
    return own.allowed ? own : { allowed: false, refusal: 'product_blocked', chains: [] };
  return {
    allowed: true,
    refusal: null,
    chains: [...own.chains, ...support.map(({ supportAccessId }) => ({ via: 'support' as const, supportAccessId }))],
  };
}

/** A type has the rights of the catalogue, those that come with them, and those of every owner. */
const isRightOf = ({ catalogue }: History, key: string, right: string): boolean =>
  catalogue.some(
    ({ type, rights }) => type === key && [...CONTENT, ...rights].some((given) => allOf(given).includes(right)),
  );

/** Who gave it without managing has something on the product, or in it. */
function isBacked(history: History, memberId: MemberId | null, productId: ProductId, instant: number): boolean {
  if (memberId === null) return true;
  const giver = history.people.find((person) => person.memberId === memberId);
  if (!giver?.standings.some((standing) => within(standing, day(instant)))) return false;
  const inside = history.resources.filter(
    (resource) => resource.productId === productId && resource.from <= day(instant),
  );
  return [undefined, ...inside.map(({ resourceId }) => resourceId)].some((resourceId) =>
    ASKED_RIGHTS.some((right) => {
      const { allowed, refusal } = naiveOfPerson(
        history,
        { accountId: giver.accountId, right, productId, resourceId },
        instant,
      );
      // A block stops the giver, and whoever rests on them in any case; an external may hold what they can never use;
      // a manager has every right that there is.
      return allowed || ['product_blocked', 'external_capped', 'right_unknown'].includes(refusal!);
    }),
  );
}

interface Asked {
  accountId: string;
  right: string;
  productId: string;
  resourceId?: string | undefined;
  scopes?: ReadonlySet<string> | undefined;
}

function naiveOfPerson(
  history: History,
  { accountId, right, productId, resourceId }: Asked,
  instant: number,
): Expected {
  const at = day(instant);
  const refuse = (refusal: Expected['refusal']): Expected => ({ allowed: false, refusal, chains: [] });
  const person = history.people.find(
    (each) => each.accountId === accountId && each.standings.some((standing) => within(standing, at)),
  );
  const standing = person?.standings.find((each) => within(each, at));
  if (!person || !standing) return refuse('not_in_organization');
  if (standing.isBlocked) return refuse('person_blocked');
  if (standing.lacksSecondFactor) return refuse('second_factor_missing');
  const product = history.products.find((each) => each.productId === productId && within(each, at));
  if (!product) return refuse('product_unknown');
  const isManager = standing.role === 'administrator' || standing.role === 'legal_representative';

  // From the thing itself outwards; a folder that is not there yet holds nothing.
  const places: History['resources'] = [];
  if (resourceId !== undefined) {
    const find = (id: string | null) =>
      history.resources.find(
        (resource) => resource.resourceId === id && resource.productId === productId && resource.from <= at,
      );
    for (let place = find(resourceId); place; place = find(place.parentId)) places.push(place);
    if (places.length === 0) return refuse('resource_unknown');
  }
  const climb = (team: TeamId | null, goal: TeamId, climbed: TeamId[]): TeamId[] | undefined => {
    const place = history.teams
      .find((each) => each.teamId === team && within(each, at))
      ?.places.find((each) => within(each, at));
    if (!team || !place || (place.isMembersOnly && standing.role === 'external')) return undefined;
    if (team === goal) return [...climbed, team];
    return place.parentEndsAt !== null && at >= place.parentEndsAt
      ? undefined
      : climb(place.parentId, goal, [...climbed, team]);
  };
  const pathsTo = (holder: SnapshotHolder): TeamId[][] => {
    if (holder.kind === 'account') return holder.memberId === person.memberId ? [[]] : [];
    if (holder.kind === 'organization') return standing.role === 'external' ? [] : [[]];
    return history.memberships
      .filter((each) => each.memberId === person.memberId && stands(each, at))
      .flatMap(({ teamId }) => {
        const path = climb(teamId, holder.teamId, []);
        return path ? [path] : [];
      });
  };
  // The grants that reach the person, each way by itself, with the rights it still gives on the way inwards.
  const paths: { grant: History['grants'][number]; teams: TeamId[]; gives: string[] }[] = [];
  const addGrants = (isHere: (object: SnapshotObject) => boolean): void => {
    for (const grant of history.grants)
      if (stands(grant, at) && isHere(grant.object))
        for (const teams of pathsTo(grant.holder)) paths.push({ grant, teams, gives: allOf(grant.right) });
  };
  addGrants((object) => object.kind === 'product_type' && object.type === product.type);
  addGrants(
    (object) =>
      object.kind === 'product' && object.productId === productId && object.ownershipNumber === product.ownershipNumber,
  );
  for (const place of places.toReversed()) {
    for (const { holder, right: left, ...override } of history.restrictions) {
      if (override.resourceId !== place.resourceId || override.ownershipNumber !== product.ownershipNumber) continue;
      if (!stands(override, at)) continue;
      for (const path of paths) {
        const isBy =
          holder.kind === 'account'
            ? holder.memberId === person.memberId
            : holder.kind === 'team'
              ? path.teams.includes(holder.teamId)
              : path.grant.holder.kind === 'organization';
        if (isBy) path.gives = path.gives.filter((given) => left !== null && allOf(left).includes(given));
      }
    }
    addGrants(
      (object) =>
        object.kind === 'resource' &&
        object.resourceId === place.resourceId &&
        object.ownershipNumber === product.ownershipNumber,
    );
  }

  const chains: Expected['chains'] = [];
  const isByRole = isManager && !CONTENT.includes(right);
  if (isByRole && isRightOf(history, product.type, right)) chains.push({ via: 'role', role: standing.role });
  if (
    CONTENT.includes(right) &&
    places.some(({ owners }) => owners.find((owner) => within(owner, at))?.memberId === person.memberId)
  )
    chains.push({ via: 'owner' });
  for (const { grant, teams, gives } of paths)
    if (gives.includes(right)) chains.push({ via: 'grant', grant: { id: grant.grantId }, teams, gives });
  const wasCut = paths.some(({ grant, gives }) => allOf(grant.right).includes(right) && !gives.includes(right));
  if (chains.length === 0) return refuse(wasCut ? 'inheritance_restricted' : isByRole ? 'right_unknown' : 'no_grant');
  if (product.blocks.some((block) => within(block, at)) && !isManager) return refuse('product_blocked');
  if (right === 'manage' && standing.role === 'external') return refuse('external_capped');
  return { allowed: true, refusal: null, chains };
}
