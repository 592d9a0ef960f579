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

/** In days; `until` is null without an end. */
interface Span {
  from: number;
  until: number | null;
}
/** With a scheduled end. */
interface Planned extends Span {
  endsAt: number | null;
}

/** The complete history of an organization, in days since its start. */
export interface History {
  /** The rights of each product type in the catalogue. */
  catalogue: { type: string; rights: string[] }[];
  /** A person with two membership periods has two member ids. */
  people: {
    accountId: AccountId;
    memberId: MemberId;
    statuses: (Span & { role: Role; isBlocked: boolean; lacksSecondFactor: boolean })[];
  }[];
  /** One element per ownership period. */
  products: (Span & { productId: ProductId; ownershipNumber: number; type: string; blocks: Span[] })[];
  resources: {
    resourceId: ResourceId;
    productId: ProductId;
    parentId: ResourceId | null;
    from: number;
    owners: (Span & { memberId: MemberId })[];
  }[];
  /** Support entries, also of members of the organization. */
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
    parentPeriods: (Span & { parentId: TeamId | null; parentEndsAt: number | null; isMembersOnly: boolean })[];
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
/** The tested instants: exact starts and ends, and between them. The last one is the present. */
export const INSTANTS = [1, 2.5, 4, 5.5, 7, 8.5].map((day) => day * DAY_MS);
export const RIGHTS = ['technical', 'statistics', 'user', 'admin', 'view', 'change', 'manage', 'read'];
/** A granted right that no type has: the catalogue of a cache may be outdated. */
const UNKNOWN_RIGHT = 'banana';
export const TESTED_RIGHTS = [...RIGHTS, UNKNOWN_RIGHT];
const TYPES = ['web_hosting', 'drive'];

/** Scopes of tokens, from no product rights to all. */
export const TOKENS = [
  ['product:read'],
  ['right:technical', 'right:view', 'product:read'],
  RIGHTS.slice(2).map((right) => `right:${right}`),
  ['right:*'],
].map((scopes): ReadonlySet<string> => new Set(scopes));

/**
 * Generates a random organization with nested teams, grants of all kinds, ends, blocks, externals, folders and
 * restrictions.
 */
export function randomHistory(seed: number): History {
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
  /** Consecutive periods without gaps. */
  const periods = <T extends object>(most: number, make: () => T): (Span & T)[] => {
    const cuts = [...new Set(some(most, () => 1 + upTo(DAYS - 2)))].sort((a, b) => a - b);
    return [0, ...cuts].map((start, index) => ({ from: start, until: cuts[index] ?? null, ...make() }));
  };

  const people = Array.from({ length: 2 + upTo(3) }, (_, index) => {
    const statuses = periods(1, () => ({
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
    const [before, ...after] = statuses;
    // A second membership period: grants of the first one still exist, but are not valid.
    if (after.length > 0 && chance(0.4))
      return [
        { accountId, memberId, statuses: [before!] },
        { accountId, memberId: `${memberId}_again` as const, statuses: after },
      ];
    return [{ accountId, memberId, statuses: chance(0.15) ? after : statuses }];
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
      const parents = resources.filter((resource) => resource.productId === productId);
      resources.push({
        resourceId: `res_${resources.length}`,
        productId,
        parentId: parents.length > 0 && chance(0.7) ? one(parents).resourceId : null,
        from: from(),
        owners: chance(0.25) ? [{ ...span(), memberId: one(people).memberId }] : [],
      });
    }
  }
  const teams: History['teams'] = [];
  for (let index = upTo(4); index > 0; index -= 1) {
    const parents = teams.map(({ teamId }) => teamId);
    teams.push({
      teamId: `team_${teams.length}`,
      ...span(from(), 0.1),
      parentPeriods: periods(1, () => ({
        parentId: parents.length > 0 && chance(0.7) ? one(parents) : null,
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
    right: chance(0.04) ? UNKNOWN_RIGHT : one(RIGHTS),
  }));
  // Half of the restrictions concern a holder with a grant on the resource or inside it.
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
    // Most types are in the catalogue, with a part of the rights.
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
const isActive = (planned: Planned, at: number): boolean =>
  within(planned, at) && (planned.endsAt === null || at < planned.endsAt);
const iso = (days: number | null): string | null => (days === null ? null : new Date(days * DAY_MS).toISOString());

/** The snapshots of the owning services at an instant. */
export function snapshotAt(history: History, instant: number): PartRows {
  const at = day(instant);
  const activeTeams = history.teams.filter((team) => within(team, at));
  const ownedProducts = history.products.filter((product) => within(product, at));
  return {
    people: {
      changed: null,
      support: history.support
        .filter((each) => isActive(each, at))
        .map(({ from: _, until: __, endsAt, ...entry }) => ({ ...entry, endsAt: iso(endsAt)! })),
      people: history.people.flatMap(({ accountId, memberId, statuses }) => {
        const status = statuses.find((each) => within(each, at));
        return status
          ? [
              {
                accountId,
                memberId,
                role: status.role,
                flags: [],
                isBlocked: status.isBlocked,
                ...(status.lacksSecondFactor ? { lacksSecondFactor: true as const } : {}),
              },
            ]
          : [];
      }),
    },
    grants: {
      changed: null,
      teams: activeTeams.map(({ teamId, parentPeriods }) => {
        const { parentId, parentEndsAt, isMembersOnly } = parentPeriods.find((period) => within(period, at))!;
        return { teamId, name: teamId, parentId, parentEndsAt: iso(parentEndsAt), isMembersOnly };
      }),
      memberships: history.memberships
        .filter((each) => isActive(each, at) && activeTeams.some(({ teamId }) => teamId === each.teamId))
        .map(({ teamId, memberId, endsAt }) => ({ teamId, memberId, endsAt: iso(endsAt) })),
      grants: history.grants
        .filter((each) => isActive(each, at))
        .map(({ grantId, holder, object, right, endsAt }) => ({ grantId, holder, object, right, endsAt: iso(endsAt) })),
      restrictions: history.restrictions
        .filter((each) => isActive(each, at))
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
      products: ownedProducts.map(({ productId, ownershipNumber, type, blocks }) => ({
        productId,
        ownershipNumber,
        type,
        name: productId,
        isBlocked: blocks.some((block) => within(block, at)),
      })),
      resources: history.resources
        .filter(
          (resource) => resource.from <= at && ownedProducts.some(({ productId }) => productId === resource.productId),
        )
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

/** The decision of the model, with the compared fields of the chains. */
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

/** The rights that a right includes. */
const INCLUDED_RIGHTS: Record<string, string[]> = {
  manage: ['manage', 'change', 'view'],
  change: ['change', 'view'],
  admin: ['admin', 'user'],
};
const includedIn = (right: string): string[] => INCLUDED_RIGHTS[right] ?? [right];
const CONTENT = ['read', 'view', 'change'];
const READ_RIGHTS = ['statistics', 'history', 'read', 'view'];

/** A second implementation of the access rules for tests: directly on the history, without indexes, and slow. */
export function modelDecision(history: History, question: ModelQuestion, instant: number): Expected {
  const expected = decideWithoutScopes(history, question, instant);
  const scopes = question.scopes && [...question.scopes];
  const isOutOfScope =
    scopes !== undefined && !scopes.includes(`right:${question.right}`) && !scopes.includes('right:*');
  return expected.allowed && isOutOfScope ? { allowed: false, refusal: 'token_scope_missing', chains: [] } : expected;
}

function decideWithoutScopes(history: History, question: ModelQuestion, instant: number): Expected {
  const { accountId, right, productId, resourceId } = question;
  const at = day(instant);
  const own = decideForPerson(history, question, instant);
  const product = history.products.find((each) => each.productId === productId && within(each, at));
  const isThere =
    resourceId === undefined ||
    history.resources.some((each) => each.resourceId === resourceId && each.productId === productId && each.from <= at);
  if (!product || !isThere) return own;
  const support = history.support.filter(
    (entry) =>
      entry.accountId === accountId &&
      isActive(entry, at) &&
      (entry.products === null ||
        entry.products.some(
          (each) => each.productId === productId && each.ownershipNumber === product.ownershipNumber,
        )) &&
      isGiverAuthorized(history, entry.grantedByMemberId, productId as ProductId, instant) &&
      (entry.withContent || !CONTENT.includes(right)) &&
      (entry.level === 'write' || READ_RIGHTS.includes(right)),
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

/** A type has the rights of the catalogue with the rights that they include. */
const isRightOf = ({ catalogue }: History, key: string, right: string): boolean =>
  catalogue.some(({ type, rights }) => type === key && rights.some((given) => includedIn(given).includes(right)));

/** A giver who is not a manager must have a right on the product or inside it. */
function isGiverAuthorized(
  history: History,
  memberId: MemberId | null,
  productId: ProductId,
  instant: number,
): boolean {
  if (memberId === null) return true;
  const giver = history.people.find((person) => person.memberId === memberId);
  if (!giver?.statuses.some((status) => within(status, day(instant)))) return false;
  const inside = history.resources.filter(
    (resource) => resource.productId === productId && resource.from <= day(instant),
  );
  return [undefined, ...inside.map(({ resourceId }) => resourceId)].some((resourceId) =>
    TESTED_RIGHTS.some((right) => {
      const { allowed, refusal } = decideForPerson(
        history,
        { accountId: giver.accountId, right, productId, resourceId },
        instant,
      );
      // These denials do not count: a block concerns the staff in any case, an external may hold an unusable right, and
      // a manager has all existing rights.
      return allowed || ['product_blocked', 'external_capped', 'right_unknown'].includes(refusal!);
    }),
  );
}

interface ModelQuestion {
  accountId: string;
  right: string;
  productId: string;
  resourceId?: string | undefined;
  scopes?: ReadonlySet<string> | undefined;
}

function decideForPerson(
  history: History,
  { accountId, right, productId, resourceId }: ModelQuestion,
  instant: number,
): Expected {
  const at = day(instant);
  const deny = (refusal: Expected['refusal']): Expected => ({ allowed: false, refusal, chains: [] });
  const person = history.people.find(
    (each) => each.accountId === accountId && each.statuses.some((status) => within(status, at)),
  );
  const status = person?.statuses.find((each) => within(each, at));
  if (!person || !status) return deny('not_in_organization');
  if (status.isBlocked) return deny('person_blocked');
  if (status.lacksSecondFactor) return deny('second_factor_missing');
  const product = history.products.find((each) => each.productId === productId && within(each, at));
  if (!product) return deny('product_unknown');
  const isManager = status.role === 'administrator' || status.role === 'legal_representative';

  // From the resource to its outermost folder; a folder that does not exist yet has no effect.
  const ancestors: History['resources'] = [];
  if (resourceId !== undefined) {
    const find = (id: string | null) =>
      history.resources.find(
        (resource) => resource.resourceId === id && resource.productId === productId && resource.from <= at,
      );
    for (let resource = find(resourceId); resource; resource = find(resource.parentId)) ancestors.push(resource);
    if (ancestors.length === 0) return deny('resource_unknown');
  }
  const climb = (team: TeamId | null, goal: TeamId, climbed: TeamId[]): TeamId[] | undefined => {
    const period = history.teams
      .find((each) => each.teamId === team && within(each, at))
      ?.parentPeriods.find((each) => within(each, at));
    if (!team || !period || (period.isMembersOnly && status.role === 'external')) return undefined;
    if (team === goal) return [...climbed, team];
    return period.parentEndsAt !== null && at >= period.parentEndsAt
      ? undefined
      : climb(period.parentId, goal, [...climbed, team]);
  };
  const pathsTo = (holder: SnapshotHolder): TeamId[][] => {
    if (holder.kind === 'account') return holder.memberId === person.memberId ? [[]] : [];
    if (holder.kind === 'organization') return status.role === 'external' ? [] : [[]];
    return history.memberships
      .filter((each) => each.memberId === person.memberId && isActive(each, at))
      .flatMap(({ teamId }) => {
        const path = climb(teamId, holder.teamId, []);
        return path ? [path] : [];
      });
  };
  // The grants of the person, one per path, with the rights that remain after each restriction.
  const paths: { grant: History['grants'][number]; teams: TeamId[]; gives: string[] }[] = [];
  const addGrants = (isHere: (object: SnapshotObject) => boolean): void => {
    for (const grant of history.grants)
      if (isActive(grant, at) && isHere(grant.object))
        for (const teams of pathsTo(grant.holder)) paths.push({ grant, teams, gives: includedIn(grant.right) });
  };
  addGrants((object) => object.kind === 'product_type' && object.type === product.type);
  addGrants(
    (object) =>
      object.kind === 'product' && object.productId === productId && object.ownershipNumber === product.ownershipNumber,
  );
  for (const ancestor of ancestors.toReversed()) {
    for (const { holder, right: remaining, ...override } of history.restrictions) {
      if (override.resourceId !== ancestor.resourceId || override.ownershipNumber !== product.ownershipNumber) continue;
      if (!isActive(override, at)) continue;
      for (const path of paths) {
        const isConcerned =
          holder.kind === 'account'
            ? holder.memberId === person.memberId
            : holder.kind === 'team'
              ? path.teams.includes(holder.teamId)
              : path.grant.holder.kind === 'organization';
        if (isConcerned)
          path.gives = path.gives.filter((given) => remaining !== null && includedIn(remaining).includes(given));
      }
    }
    addGrants(
      (object) =>
        object.kind === 'resource' &&
        object.resourceId === ancestor.resourceId &&
        object.ownershipNumber === product.ownershipNumber,
    );
  }

  const chains: Expected['chains'] = [];
  const isByRole = isManager && !CONTENT.includes(right);
  if (isByRole && isRightOf(history, product.type, right)) chains.push({ via: 'role', role: status.role });
  if (
    CONTENT.includes(right) &&
    ancestors.some(({ owners }) => owners.find((owner) => within(owner, at))?.memberId === person.memberId)
  )
    chains.push({ via: 'owner' });
  for (const { grant, teams, gives } of paths)
    if (gives.includes(right)) chains.push({ via: 'grant', grant: { id: grant.grantId }, teams, gives });
  const isRestricted = paths.some(
    ({ grant, gives }) => includedIn(grant.right).includes(right) && !gives.includes(right),
  );
  if (chains.length === 0)
    return deny(isRestricted ? 'inheritance_restricted' : isByRole ? 'right_unknown' : 'no_grant');
  if (product.blocks.some((block) => within(block, at)) && !isManager) return deny('product_blocked');
  if (right === 'manage' && status.role === 'external') return deny('external_capped');
  return { allowed: true, refusal: null, chains };
}
