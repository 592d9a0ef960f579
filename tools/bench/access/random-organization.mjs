import { randomWithIds } from '../harness/random-ids.mjs';
import { productTypes, productType } from './product-types.mjs';

const DAY_MS = 86_400_000;

/** Size of an organization at scale 1. */
const STANDARD_SIZE = {
  people: 2_000,
  teams: 200,
  products: 5_000,
  grants: 50_000,
  typeGrants: 60,
  organizationGrants: 20,
  restrictions: 40,
};
/** Size of a small organization. */
export const SMALL_SIZE = {
  people: 20,
  teams: 10,
  products: 50,
  grants: 200,
  typeGrants: 4,
  organizationGrants: 2,
  restrictions: 2,
};
const TEAM_DEPTH = 5;
const FOLDER_DEPTH = 4;

/**
 * Creates a random organization. It has people (a few managers, some externals, some blocked people), nested teams with
 * three to six memberships per person, products of twelve types, resources in the products, and grants. Most grants are
 * to teams. Some grants and memberships end within a year.
 *
 * `rows` are the snapshot rows that identity, teams and products answer (`PartRows`). `isPlain` omits the features that
 * casbin and @casl/ability do not have: grants on product types, resources, ends, blocks, externals.
 */
export function randomOrganization(seed, { size = STANDARD_SIZE, scale = 1, isPlain = false, now = new Date() } = {}) {
  // The seed is multiplied by a prime, so that different seeds and scales have different sequences.
  const random = randomWithIds(seed * 7_919 + Math.round(scale * 1_000));
  const scaled = (count, minimum = 1) => Math.max(minimum, Math.round(count * scale));
  const randomEnd = (share) =>
    !isPlain && random.chance(share) ? new Date(now.getTime() + random.between(1, 365) * DAY_MS).toISOString() : null;

  const people = Array.from({ length: scaled(size.people, 4) }, (_, index) => ({
    accountId: random.id('acc'),
    memberId: random.id('mem'),
    role: roleOf(index, random, isPlain),
    flags: [],
    // The managers have the indexes 0 to 3. They are never blocked.
    isBlocked: !isPlain && index > 5 && random.chance(0.01),
  }));
  const teams = randomTeams(random, scaled(size.teams, 2), randomEnd, isPlain);
  const memberships = people.flatMap(({ memberId }) =>
    pickSome(random, teams, random.between(3, 6)).map(({ teamId }) => ({ teamId, memberId, endsAt: randomEnd(0.02) })),
  );
  const products = Array.from({ length: scaled(size.products, 12) }, (_, index) => {
    const type = productTypes[index % productTypes.length].type;
    return {
      productId: random.id('prd'),
      type,
      name: `${type} ${index}`,
      ownershipNumber: 1,
      isBlocked: !isPlain && random.chance(0.01),
    };
  });
  const resources = isPlain ? [] : products.flatMap((product) => randomResources(random, product, people));
  const grants = randomGrants(
    random,
    { people, teams, products, resources },
    {
      grants: scaled(size.grants),
      types: isPlain ? 0 : scaled(size.typeGrants),
      organization: isPlain ? 0 : scaled(size.organizationGrants),
    },
    randomEnd,
  );
  const restrictions = uniqueRows(
    Array.from({ length: resources.length > 0 ? scaled(size.restrictions) : 0 }, () => {
      const holder = random.chance(0.5) ? teamHolder(random.pick(teams)) : accountHolder(random.pick(people));
      const { productId, resourceId } = random.pick(resources);
      const { type } = products.find((product) => product.productId === productId);
      const right = random.chance(0.5) ? random.pick(productType(type).resourceRights) : null;
      return { holder, resourceId, ownershipNumber: 1, endsAt: null, right };
    }),
    ({ holder, resourceId }) => `${JSON.stringify(holder)} ${resourceId}`,
  );
  return {
    organizationId: random.id('org'),
    rows: {
      people: { changed: null, people, support: [] },
      grants: { changed: null, teams, memberships, grants, restrictions },
      products: { changed: null, products, resources },
    },
  };
}

function roleOf(index, random, isPlain) {
  if (isPlain) return 'collaborator';
  if (index === 0) return 'legal_representative';
  if (index < 4) return 'administrator';
  return random.chance(0.12) ? 'external' : 'collaborator';
}

function randomTeams(random, count, randomEnd, isPlain) {
  const teams = [];
  const depths = [];
  for (let index = 0; index < count; index += 1) {
    // The first fifth of the teams have no parent.
    const parentIndex = index > count * 0.2 ? random.below(index) : undefined;
    const hasParent = parentIndex !== undefined && depths[parentIndex] < TEAM_DEPTH;
    depths.push(hasParent ? depths[parentIndex] + 1 : 1);
    teams.push({
      teamId: random.id('team'),
      parentId: hasParent ? teams[parentIndex].teamId : null,
      name: `Team ${index}`,
      isMembersOnly: !isPlain && random.chance(0.05),
      parentEndsAt: hasParent ? randomEnd(0.02) : null,
    });
  }
  return teams;
}

function randomResources(random, { productId, type }, people) {
  const { kind, resourcesPerProduct = 0, isOwned = false, isNested = false } = productType(type);
  const resources = [];
  const depths = [];
  for (let index = 0; index < resourcesPerProduct; index += 1) {
    const parentIndex = isNested && index > 0 ? random.below(index) : undefined;
    const hasParent = parentIndex !== undefined && depths[parentIndex] < FOLDER_DEPTH;
    depths.push(hasParent ? depths[parentIndex] + 1 : 1);
    const owner = isOwned && random.chance(0.8) ? random.pick(people) : undefined;
    resources.push({
      resourceId: random.id('res'),
      productId,
      kind,
      name: `${kind} ${index}`,
      parentId: hasParent ? resources[parentIndex].resourceId : null,
      ownerAccountId: owner?.accountId ?? null,
      ownerMemberId: owner?.memberId ?? null,
    });
  }
  return resources;
}

function randomGrants(random, { people, teams, products, resources }, counts, randomEnd) {
  const typeByProduct = new Map(products.map(({ productId, type }) => [productId, type]));
  const randomHolder = () => (random.chance(0.8) ? teamHolder(random.pick(teams)) : accountHolder(random.pick(people)));
  const typeAndRight = () => {
    const { type, rights } = random.pick(productTypes);
    return { object: { kind: 'product_type', type }, right: random.pick(rights) };
  };
  const productOrResourceAndRight = () => {
    if (resources.length > 0 && random.chance(0.2)) {
      const { productId, resourceId } = random.pick(resources);
      return {
        object: { kind: 'resource', productId, resourceId, ownershipNumber: 1 },
        right: random.pick(productType(typeByProduct.get(productId)).resourceRights),
      };
    }
    const { productId, type } = random.pick(products);
    return { object: { kind: 'product', productId, ownershipNumber: 1 }, right: random.pick(productType(type).rights) };
  };
  const grants = [];
  const existingKeys = new Set();
  // A random grant may equal an earlier grant, so there are more attempts than grants.
  for (let attempts = 0; grants.length < counts.grants && attempts < counts.grants * 20; attempts += 1) {
    const index = grants.length;
    const grantHolder = index < counts.organization ? { kind: 'organization' } : randomHolder();
    const isOnType = index >= counts.organization && index < counts.organization + counts.types;
    const { object, right } = isOnType ? typeAndRight() : productOrResourceAndRight();
    const objectKey = object.resourceId ?? object.productId ?? object.type;
    const key = `${grantHolder.teamId ?? grantHolder.accountId} ${objectKey} ${right}`;
    if (existingKeys.has(key)) continue;
    existingKeys.add(key);
    grants.push({ grantId: random.id('grt'), holder: grantHolder, object, right, endsAt: randomEnd(0.02) });
  }
  return grants;
}

const teamHolder = ({ teamId }) => ({ kind: 'team', teamId });
const accountHolder = ({ accountId, memberId }) => ({ kind: 'account', accountId, memberId });

/** Picks a number of different values. */
function pickSome(random, values, count) {
  const pickedValues = new Set();
  while (pickedValues.size < Math.min(count, values.length)) pickedValues.add(random.pick(values));
  return [...pickedValues];
}

function uniqueRows(rows, keyOf) {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()];
}
