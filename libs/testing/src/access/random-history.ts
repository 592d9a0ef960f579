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

/** A period in days. `until` is exclusive; it is null when the period has no end. */
interface Span {
  from: number;
  until: number | null;
}
/** A period that also has a planned end. */
interface PlannedSpan extends Span {
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
  support: (PlannedSpan & {
    supportAccessId: `sup_${string}`;
    accountId: AccountId;
    level: 'read' | 'write';
    withContent: boolean;
    products: { productId: ProductId; ownershipNumber: number }[] | null;
    grantedByMemberId: MemberId;
  })[];
  teams: (Span & {
    teamId: TeamId;
    parentPeriods: (Span & { parentId: TeamId | null; parentEndsAt: number | null; isMembersOnly: boolean })[];
  })[];
  memberships: (PlannedSpan & { teamId: TeamId; memberId: MemberId })[];
  grants: (PlannedSpan & { grantId: `grt_${string}`; holder: SnapshotHolder; object: SnapshotObject; right: string })[];
  restrictions: (PlannedSpan & {
    holder: SnapshotHolder;
    resourceId: ResourceId;
    ownershipNumber: number;
    right: string | null;
  })[];
}

const DAY_MS = 86_400_000;
/** The length of the history. */
const LENGTH_DAYS = 9;
/** The tested instants: starts and ends of periods, and instants between them. The last instant is the present. */
export const INSTANTS = [1, 2.5, 4, 5.5, 7, 8.5].map((day) => day * DAY_MS);
export const RIGHTS = ['technical', 'statistics', 'user', 'admin', 'view', 'change', 'manage', 'read'];
/** A right that may be granted although no type has it, because a cached catalogue may be outdated. */
const UNKNOWN_RIGHT = 'banana';
export const TESTED_RIGHTS = [...RIGHTS, UNKNOWN_RIGHT];
const TYPES = ['web_hosting', 'drive'];

/** The scopes of the tested tokens, from no right on products to all rights. */
export const TOKEN_SCOPES = [
  ['product:read'],
  ['right:technical', 'right:view', 'product:read'],
  // All rights except `technical` and `statistics`.
  RIGHTS.slice(2).map((right) => `right:${right}`),
  ['right:*'],
].map((scopes): ReadonlySet<string> => new Set(scopes));

/**
 * Generates a random organization with nested teams, grants of all kinds, ends, blocks, externals, folders and
 * restrictions.
 */
export function randomHistory(seed: number): History {
  const next = seededNumbers(seed);
  const randomUpTo = (maximum: number): number => Math.floor(next() * (maximum + 1));
  const pick = <T>(values: readonly T[]): T => values[randomUpTo(values.length - 1)]!;
  const randomList = <T>(maximum: number, make: (index: number) => T): T[] =>
    Array.from({ length: randomUpTo(maximum) }, (_, index) => make(index));
  const chance = (probability: number): boolean => next() < probability;
  const randomStart = (): number => (chance(0.6) ? 0 : randomUpTo(LENGTH_DAYS - 2));
  const randomSpan = ({ start = randomStart(), endProbability = 0.3 } = {}): Span => ({
    from: start,
    until: chance(endProbability) ? start + randomUpTo(LENGTH_DAYS - start) : null,
  });
  const randomPlannedSpan = (): PlannedSpan => ({
    ...randomSpan(),
    endsAt: chance(0.25) ? randomUpTo(LENGTH_DAYS + 1) : null,
  });
  /** Consecutive periods without gaps. */
  const consecutivePeriods = <T extends object>(maximum: number, make: () => T): (Span & T)[] => {
    const changeDays = [...new Set(randomList(maximum, () => 1 + randomUpTo(LENGTH_DAYS - 2)))].sort((a, b) => a - b);
    return [0, ...changeDays].map((start, index) => ({ from: start, until: changeDays[index] ?? null, ...make() }));
  };

  const people = Array.from({ length: 2 + randomUpTo(3) }, (_, index) => {
    const statuses = consecutivePeriods(1, () => ({
      role: pick<Role>([
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
    const [firstStatus, ...laterStatuses] = statuses;
    // The second status becomes a second membership period. Grants of the first membership period still exist, but are
    // not valid.
    if (laterStatuses.length > 0 && chance(0.4))
      return [
        { accountId, memberId, statuses: [firstStatus!] },
        { accountId, memberId: `${memberId}_again` as const, statuses: laterStatuses },
      ];
    // Without the first status, the person joins later. Without any status, the person never joins.
    return [{ accountId, memberId, statuses: chance(0.15) ? laterStatuses : statuses }];
  }).flat();
  const products = Array.from({ length: 1 + randomUpTo(2) }, (_, index) => {
    const product = {
      productId: `prd_${index}` as const,
      type: pick(TYPES),
      blocks: randomList(1, () => randomSpan()),
    };
    const firstPeriod = { ...product, ownershipNumber: 1, ...randomSpan({ endProbability: 0.2 }) };
    // After the end of the first ownership period, the organization may get the product back.
    return firstPeriod.until !== null && chance(0.7)
      ? [firstPeriod, { ...product, ownershipNumber: 2, from: firstPeriod.until + randomUpTo(1), until: null }]
      : [firstPeriod];
  }).flat();
  const resources: History['resources'] = [];
  for (const productId of new Set(products.map((product) => product.productId))) {
    for (let count = randomUpTo(4); count > 0; count -= 1) {
      const parents = resources.filter((resource) => resource.productId === productId);
      resources.push({
        resourceId: `res_${resources.length}`,
        productId,
        parentId: parents.length > 0 && chance(0.7) ? pick(parents).resourceId : null,
        from: randomStart(),
        owners: chance(0.25) ? [{ ...randomSpan(), memberId: pick(people).memberId }] : [],
      });
    }
  }
  const teams: History['teams'] = [];
  for (let index = randomUpTo(4); index > 0; index -= 1) {
    const parents = teams.map(({ teamId }) => teamId);
    teams.push({
      teamId: `team_${teams.length}`,
      ...randomSpan({ endProbability: 0.1 }),
      parentPeriods: consecutivePeriods(1, () => ({
        parentId: parents.length > 0 && chance(0.7) ? pick(parents) : null,
        parentEndsAt: chance(0.2) ? randomUpTo(LENGTH_DAYS) : null,
        isMembersOnly: chance(0.15),
      })),
    });
  }
  const randomAccountHolder = (): SnapshotHolder => {
    const { accountId, memberId } = pick(people);
    return { kind: 'account', accountId, memberId };
  };
  const randomHolder = (): SnapshotHolder => {
    if (teams.length > 0 && chance(0.5)) return { kind: 'team', teamId: pick(teams).teamId };
    return chance(0.8) ? randomAccountHolder() : { kind: 'organization' };
  };
  const randomOwnershipNumber = (): number => (chance(0.8) ? 1 : 2);
  const randomObject = (): SnapshotObject => {
    if (resources.length > 0 && chance(0.5)) {
      const { productId, resourceId } = pick(resources);
      return { kind: 'resource', productId, resourceId, ownershipNumber: randomOwnershipNumber() };
    }
    return chance(0.6)
      ? { kind: 'product', productId: pick(products).productId, ownershipNumber: randomOwnershipNumber() }
      : { kind: 'product_type', type: pick(TYPES) };
  };
  const grants = randomList(10, (index) => ({
    ...randomPlannedSpan(),
    grantId: `grt_${index}` as const,
    holder: randomHolder(),
    object: randomObject(),
    right: chance(0.04) ? UNKNOWN_RIGHT : pick(RIGHTS),
  }));
  // Half of the restrictions have the holder of a random grant. When that grant is on a resource, the restriction is on
  // the same resource.
  const randomRestriction = (): History['restrictions'][number] => {
    const { holder, object } =
      grants.length > 0 && chance(0.5) ? pick(grants) : { holder: randomHolder(), object: randomObject() };
    return {
      ...randomPlannedSpan(),
      holder,
      resourceId: object.kind === 'resource' ? object.resourceId : pick(resources).resourceId,
      ownershipNumber: randomOwnershipNumber(),
      right: chance(0.4) ? null : pick(RIGHTS),
    };
  };
  return {
    // Most types are in the catalogue, each with some of the rights.
    catalogue: TYPES.filter(() => !chance(0.05)).map((type) => ({ type, rights: RIGHTS.filter(() => chance(0.8)) })),
    people,
    products,
    resources,
    teams,
    support: chance(0.3)
      ? [
          {
            ...randomPlannedSpan(),
            endsAt: randomUpTo(LENGTH_DAYS + 1),
            supportAccessId: 'sup_0',
            accountId: chance(0.7) ? 'acc_staff' : pick(people).accountId,
            level: chance(0.5) ? 'read' : 'write',
            withContent: chance(0.5),
            products: chance(0.5)
              ? null
              : [{ productId: pick(products).productId, ownershipNumber: randomOwnershipNumber() }],
            grantedByMemberId: pick(people).memberId,
          },
        ]
      : [],
    memberships:
      teams.length > 0
        ? randomList(6, () => ({ ...randomPlannedSpan(), teamId: pick(teams).teamId, memberId: pick(people).memberId }))
        : [],
    grants,
    restrictions: resources.length > 0 ? randomList(4, randomRestriction) : [],
  };
}

const dayOf = (instant: number): number => instant / DAY_MS;
const isWithin = ({ from, until }: Span, day: number): boolean => from <= day && (until === null || day < until);
const isActive = (span: PlannedSpan, day: number): boolean =>
  isWithin(span, day) && (span.endsAt === null || day < span.endsAt);
const isoOrNull = (days: number | null): string | null =>
  days === null ? null : new Date(days * DAY_MS).toISOString();

/** Returns the snapshots of identity, teams and products at an instant. */
export function snapshotsAt(history: History, instant: number): PartRows {
  const day = dayOf(instant);
  const activeTeams = history.teams.filter((team) => isWithin(team, day));
  const ownedProducts = history.products.filter((product) => isWithin(product, day));
  return {
    people: {
      changed: null,
      support: history.support
        .filter((each) => isActive(each, day))
        .map(({ from: _, until: __, endsAt, ...entry }) => ({ ...entry, endsAt: isoOrNull(endsAt)! })),
      people: history.people.flatMap(({ accountId, memberId, statuses }) => {
        const status = statuses.find((each) => isWithin(each, day));
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
        const { parentId, parentEndsAt, isMembersOnly } = parentPeriods.find((period) => isWithin(period, day))!;
        return { teamId, name: teamId, parentId, parentEndsAt: isoOrNull(parentEndsAt), isMembersOnly };
      }),
      memberships: history.memberships
        .filter((each) => isActive(each, day) && activeTeams.some(({ teamId }) => teamId === each.teamId))
        .map(({ teamId, memberId, endsAt }) => ({ teamId, memberId, endsAt: isoOrNull(endsAt) })),
      grants: history.grants
        .filter((each) => isActive(each, day))
        .map(({ grantId, holder, object, right, endsAt }) => ({
          grantId,
          holder,
          object,
          right,
          endsAt: isoOrNull(endsAt),
        })),
      restrictions: history.restrictions
        .filter((each) => isActive(each, day))
        .map(({ holder, resourceId, ownershipNumber, right, endsAt }) => ({
          holder,
          resourceId,
          ownershipNumber,
          right,
          endsAt: isoOrNull(endsAt),
        })),
    },
    products: {
      changed: null,
      products: ownedProducts.map(({ productId, ownershipNumber, type, blocks }) => ({
        productId,
        ownershipNumber,
        type,
        name: productId,
        isBlocked: blocks.some((block) => isWithin(block, day)),
      })),
      resources: history.resources
        .filter(
          (resource) => resource.from <= day && ownedProducts.some(({ productId }) => productId === resource.productId),
        )
        .map(({ resourceId, productId, parentId, owners }) => {
          const owner = owners.find((each) => isWithin(each, day))?.memberId ?? null;
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
export interface ExpectedDecision {
  allowed: boolean;
  refusal: Decision['refusal'];
  chains: (
    | { via: 'role'; role: Role }
    | { via: 'owner' }
    | { via: 'support'; supportAccessId: string }
    | { via: 'grant'; grant: { id: string }; teams: TeamId[]; givenRights: string[] }
  )[];
}

/** The rights that a right includes. */
const INCLUDED_RIGHTS: Record<string, string[]> = {
  manage: ['manage', 'change', 'view'],
  change: ['change', 'view'],
  admin: ['admin', 'user'],
};
const includedIn = (right: string): string[] => INCLUDED_RIGHTS[right] ?? [right];
const CONTENT_RIGHTS = ['read', 'view', 'change'];
/** The rights that a support access with the level `read` gives. */
const READ_RIGHTS = ['statistics', 'history', 'read', 'view'];

/**
 * Decides a question with the model: a second, slow implementation of the access rules. The model works directly on the
 * history, without indexes.
 */
export function decideByModel(history: History, question: ModelQuestion, instant: number): ExpectedDecision {
  const expected = decideWithoutScopes(history, question, instant);
  const scopes = question.scopes && [...question.scopes];
  const isOutOfScope =
    scopes !== undefined && !scopes.includes(`right:${question.right}`) && !scopes.includes('right:*');
  return expected.allowed && isOutOfScope ? { allowed: false, refusal: 'token_scope_missing', chains: [] } : expected;
}

function decideWithoutScopes(history: History, question: ModelQuestion, instant: number): ExpectedDecision {
  const { accountId, right, productId, resourceId } = question;
  const day = dayOf(instant);
  const personDecision = decideForPerson(history, question, instant);
  const product = history.products.find((each) => each.productId === productId && isWithin(each, day));
  const resourceExists =
    resourceId === undefined ||
    history.resources.some(
      (each) => each.resourceId === resourceId && each.productId === productId && each.from <= day,
    );
  if (!product || !resourceExists) return personDecision;
  const support = history.support.filter(
    (entry) =>
      entry.accountId === accountId &&
      isActive(entry, day) &&
      (entry.products === null ||
        entry.products.some(
          (each) => each.productId === productId && each.ownershipNumber === product.ownershipNumber,
        )) &&
      isGiverAuthorized(history, entry.grantedByMemberId, productId as ProductId, instant) &&
      (entry.withContent || !CONTENT_RIGHTS.includes(right)) &&
      (entry.level === 'write' || READ_RIGHTS.includes(right)),
  );
  if (support.length === 0) return personDecision;
  if (!typeHasRight(history, product.type, right))
    return personDecision.allowed ? personDecision : { allowed: false, refusal: 'right_unknown', chains: [] };
  if (product.blocks.some((block) => isWithin(block, day)))
    return personDecision.allowed ? personDecision : { allowed: false, refusal: 'product_blocked', chains: [] };
  const supportByGivers = support.filter(({ grantedByMemberId }) => {
    const giver = history.people.find((person) => person.memberId === grantedByMemberId)!;
    return decideForPerson(history, { ...question, accountId: giver.accountId }, instant).allowed;
  });
  if (supportByGivers.length === 0) return personDecision;
  return {
    allowed: true,
    refusal: null,
    chains: [
      ...personDecision.chains,
      ...supportByGivers.map(({ supportAccessId }) => ({ via: 'support' as const, supportAccessId })),
    ],
  };
}

/** True when the catalogue gives the type the right, or another right that includes it. */
const typeHasRight = ({ catalogue }: History, productType: string, right: string): boolean =>
  catalogue.some(
    ({ type, rights }) => type === productType && rights.some((given) => includedIn(given).includes(right)),
  );

/**
 * True when a support access of this giver covers the product. A giver who is not a manager must have a right on the
 * product or on a resource in it.
 */
function isGiverAuthorized(history: History, memberId: MemberId, productId: ProductId, instant: number): boolean {
  const giver = history.people.find((person) => person.memberId === memberId);
  if (!giver?.statuses.some((status) => isWithin(status, dayOf(instant)))) return false;
  const resources = history.resources.filter(
    (resource) => resource.productId === productId && resource.from <= dayOf(instant),
  );
  return [undefined, ...resources.map(({ resourceId }) => resourceId)].some((resourceId) =>
    TESTED_RIGHTS.some((right) => {
      const { allowed, refusal } = decideForPerson(
        history,
        { accountId: giver.accountId, right, productId, resourceId },
        instant,
      );
      // These denials also show that the giver has a right: `product_blocked` and `external_capped` refuse a right that
      // the giver has, and only a manager gets `right_unknown`. `decideWithoutScopes` checks the blocks itself.
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

/** True when an external would have the right by a grant if no team were members-only. */
function hasRightInOpenTeams(history: History, question: ModelQuestion, instant: number): boolean {
  if (!history.teams.some(({ parentPeriods }) => parentPeriods.some(({ isMembersOnly }) => isMembersOnly)))
    return false;
  const openHistory: History = {
    ...history,
    teams: history.teams.map((team) => ({
      ...team,
      parentPeriods: team.parentPeriods.map((period) => ({ ...period, isMembersOnly: false })),
    })),
  };
  const { allowed, refusal } = decideForPerson(openHistory, question, instant);
  // These denials refuse a right that a grant gives.
  return allowed || refusal === 'product_blocked' || refusal === 'external_capped';
}

function decideForPerson(history: History, question: ModelQuestion, instant: number): ExpectedDecision {
  const { accountId, right, productId, resourceId } = question;
  const day = dayOf(instant);
  const deny = (refusal: ExpectedDecision['refusal']): ExpectedDecision => ({ allowed: false, refusal, chains: [] });
  const person = history.people.find(
    (each) => each.accountId === accountId && each.statuses.some((status) => isWithin(status, day)),
  );
  const status = person?.statuses.find((each) => isWithin(each, day));
  if (!person || !status) return deny('not_in_organization');
  if (status.isBlocked) return deny('person_blocked');
  if (status.lacksSecondFactor) return deny('second_factor_missing');
  const product = history.products.find((each) => each.productId === productId && isWithin(each, day));
  if (!product) return deny('product_unknown');
  const isManager = status.role === 'administrator' || status.role === 'legal_representative';

  // The path from the resource to its outermost folder. A folder that does not exist yet has no effect.
  const ancestors: History['resources'] = [];
  if (resourceId !== undefined) {
    const find = (id: string | null) =>
      history.resources.find(
        (resource) => resource.resourceId === id && resource.productId === productId && resource.from <= day,
      );
    for (let resource = find(resourceId); resource; resource = find(resource.parentId)) ancestors.push(resource);
    if (ancestors.length === 0) return deny('resource_unknown');
  }
  /** The path from `team` up to `goal`; undefined when `goal` is no current parent, or a members-only team is on it. */
  const findTeamPath = (team: TeamId | null, goal: TeamId, path: TeamId[]): TeamId[] | undefined => {
    const period = history.teams
      .find((each) => each.teamId === team && isWithin(each, day))
      ?.parentPeriods.find((each) => isWithin(each, day));
    if (!team || !period || (period.isMembersOnly && status.role === 'external')) return undefined;
    if (team === goal) return [...path, team];
    return period.parentEndsAt !== null && day >= period.parentEndsAt
      ? undefined
      : findTeamPath(period.parentId, goal, [...path, team]);
  };
  const pathsTo = (holder: SnapshotHolder): TeamId[][] => {
    if (holder.kind === 'account') return holder.memberId === person.memberId ? [[]] : [];
    if (holder.kind === 'organization') return status.role === 'external' ? [] : [[]];
    return history.memberships
      .filter((each) => each.memberId === person.memberId && isActive(each, day))
      .flatMap(({ teamId }) => {
        const path = findTeamPath(teamId, holder.teamId, []);
        return path ? [path] : [];
      });
  };
  // The grants of the person, one element per path, with the rights that remain after each restriction.
  const paths: { grant: History['grants'][number]; teams: TeamId[]; givenRights: string[] }[] = [];
  const addGrants = (isOnTarget: (object: SnapshotObject) => boolean): void => {
    for (const grant of history.grants)
      if (isActive(grant, day) && isOnTarget(grant.object))
        for (const teams of pathsTo(grant.holder)) paths.push({ grant, teams, givenRights: includedIn(grant.right) });
  };
  addGrants((object) => object.kind === 'product_type' && object.type === product.type);
  addGrants(
    (object) =>
      object.kind === 'product' && object.productId === productId && object.ownershipNumber === product.ownershipNumber,
  );
  for (const ancestor of ancestors.toReversed()) {
    for (const { holder, right: limit, ...restriction } of history.restrictions) {
      if (restriction.resourceId !== ancestor.resourceId || restriction.ownershipNumber !== product.ownershipNumber)
        continue;
      if (!isActive(restriction, day)) continue;
      for (const path of paths) {
        // A restriction narrows the grants that the person has through its holder.
        const isRestricted =
          holder.kind === 'account'
            ? holder.memberId === person.memberId
            : holder.kind === 'team'
              ? path.teams.includes(holder.teamId)
              : path.grant.holder.kind === 'organization';
        if (isRestricted)
          path.givenRights = path.givenRights.filter((given) => limit !== null && includedIn(limit).includes(given));
      }
    }
    addGrants(
      (object) =>
        object.kind === 'resource' &&
        object.resourceId === ancestor.resourceId &&
        object.ownershipNumber === product.ownershipNumber,
    );
  }

  const chains: ExpectedDecision['chains'] = [];
  const isByRole = isManager && !CONTENT_RIGHTS.includes(right);
  if (isByRole && typeHasRight(history, product.type, right)) chains.push({ via: 'role', role: status.role });
  if (
    CONTENT_RIGHTS.includes(right) &&
    ancestors.some(({ owners }) => owners.find((owner) => isWithin(owner, day))?.memberId === person.memberId)
  )
    chains.push({ via: 'owner' });
  for (const { grant, teams, givenRights } of paths)
    if (givenRights.includes(right)) chains.push({ via: 'grant', grant: { id: grant.grantId }, teams, givenRights });
  const isRightRemoved = paths.some(
    ({ grant, givenRights }) => includedIn(grant.right).includes(right) && !givenRights.includes(right),
  );
  if (chains.length === 0 && isRightRemoved) return deny('inheritance_restricted');
  if (chains.length === 0 && isByRole) return deny('right_unknown');
  if (chains.length === 0)
    return deny(
      status.role === 'external' && hasRightInOpenTeams(history, question, instant) ? 'team_members_only' : 'no_grant',
    );
  if (product.blocks.some((block) => isWithin(block, day)) && !isManager) return deny('product_blocked');
  if (right === 'manage' && status.role === 'external') return deny('external_capped');
  return { allowed: true, refusal: null, chains };
}
