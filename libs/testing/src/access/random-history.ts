import { seededNumbers } from '../test-environment.ts';
import type { SnapshotHolder, SnapshotObject } from '@cordee/contracts/teams/grant-snapshot';
import type { Role } from '@cordee/contracts/permissions';
import { type Span, type PlannedSpan, type History, LENGTH_DAYS, RIGHTS, UNKNOWN_RIGHT, TYPES } from './history.ts';

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
