import { randomFrom } from '../harness/random.mjs';
import { catalogue, rightsOf } from './catalogue.mjs';

const DAY_MS = 86_400_000;

/** How large an organization is at scale 1. */
const SIZE = {
  people: 2_000,
  teams: 200,
  products: 5_000,
  grants: 50_000,
  typeGrants: 60,
  organizationGrants: 20,
  restrictions: 40,
};
const TEAM_DEPTH = 5;
const FOLDER_DEPTH = 4;

/**
 * A random organization: people (few of whom manage, some externals, some blocked), nested teams with people in three to six of them, products of
 * twelve types, folders and mail addresses in some, and grants, most of them held by teams. Some end in the coming year.
 *
 * `rows` are what the owners of the facts tell (as `PartRows`). `plain` leaves out what other systems have no word for: types, resources, ends,
 * blocks, externals.
 */
export function drawOrganization(seed, { scale = 1, plain = false, now = new Date() } = {}) {
  const random = randomFrom(seed * 7_919 + Math.round(scale * 1_000));
  const sized = (count, least = 1) => Math.max(least, Math.round(count * scale));
  const later = (share) =>
    !plain && random.chance(share) ? new Date(now.getTime() + random.between(1, 365) * DAY_MS).toISOString() : null;

  const people = Array.from({ length: sized(SIZE.people, 4) }, (_, place) => ({
    accountId: random.id('acc'),
    memberId: random.id('mem'),
    role: roleOf(place, random, plain),
    flags: [],
    isBlocked: !plain && place > 5 && random.chance(0.01),
  }));
  const teams = drawTeams(random, sized(SIZE.teams, 2), later, plain);
  const memberships = people.flatMap(({ memberId }) =>
    drawSome(random, teams, random.between(3, 6)).map(({ teamId }) => ({ teamId, memberId, endsAt: later(0.02) })),
  );
  const products = Array.from({ length: sized(SIZE.products, 12) }, (_, place) => {
    const type = catalogue[place % catalogue.length].type;
    return {
      productId: random.id('prd'),
      type,
      name: `${type} ${place}`,
      ownershipNumber: 1,
      isBlocked: !plain && random.chance(0.01),
    };
  });
  const resources = plain ? [] : products.flatMap((product) => drawResources(random, product, people));
  const grants = drawGrants(
    random,
    { people, teams, products, resources },
    {
      grants: sized(SIZE.grants),
      types: plain ? 0 : sized(SIZE.typeGrants),
      organization: plain ? 0 : sized(SIZE.organizationGrants),
    },
    later,
  );
  const restrictions = unique(
    Array.from({ length: resources.length > 0 ? sized(SIZE.restrictions) : 0 }, () => ({
      holder: random.chance(0.5) ? teamHolder(random.one(teams)) : accountHolder(random.one(people)),
      resourceId: random.one(resources).resourceId,
      ownershipNumber: 1,
      right: random.chance(0.5) ? 'view' : null,
      endsAt: null,
    })),
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

function roleOf(place, random, plain) {
  if (plain) return 'collaborator';
  if (place === 0) return 'legal_representative';
  if (place < 4) return 'administrator';
  return random.chance(0.12) ? 'external' : 'collaborator';
}

function drawTeams(random, count, later, plain) {
  const teams = [];
  const depths = [];
  for (let place = 0; place < count; place += 1) {
    const above = place > count * 0.2 ? random.below(place) : undefined;
    const isInside = above !== undefined && depths[above] < TEAM_DEPTH;
    depths.push(isInside ? depths[above] + 1 : 1);
    teams.push({
      teamId: random.id('team'),
      parentId: isInside ? teams[above].teamId : null,
      name: `Team ${place}`,
      isMembersOnly: !plain && random.chance(0.05),
      parentEndsAt: isInside ? later(0.02) : null,
    });
  }
  return teams;
}

function drawResources(random, { productId, type }, people) {
  const { kind, per, isOwned = false, isNested = false } = rightsOf(type);
  const drawn = [];
  const depths = [];
  for (let place = 0; place < (per ?? 0); place += 1) {
    const above = isNested && place > 0 ? random.below(place) : undefined;
    const isInside = above !== undefined && depths[above] < FOLDER_DEPTH;
    depths.push(isInside ? depths[above] + 1 : 1);
    const owner = isOwned && random.chance(0.8) ? random.one(people) : undefined;
    drawn.push({
      resourceId: random.id('res'),
      productId,
      kind,
      name: `${kind} ${place}`,
      parentId: isInside ? drawn[above].resourceId : null,
      ownerAccountId: owner?.accountId ?? null,
      ownerMemberId: owner?.memberId ?? null,
    });
  }
  return drawn;
}

function drawGrants(random, { people, teams, products, resources }, counts, later) {
  const typeOf = new Map(products.map(({ productId, type }) => [productId, type]));
  const holder = () => (random.chance(0.8) ? teamHolder(random.one(teams)) : accountHolder(random.one(people)));
  const onType = () => {
    const { type, rights } = random.one(catalogue);
    return { object: { kind: 'product_type', type }, right: random.one(rights) };
  };
  const onThing = () => {
    if (resources.length > 0 && random.chance(0.2)) {
      const { productId, resourceId } = random.one(resources);
      return {
        object: { kind: 'resource', productId, resourceId, ownershipNumber: 1 },
        right: random.one(rightsOf(typeOf.get(productId)).inside),
      };
    }
    const { productId, type } = random.one(products);
    return { object: { kind: 'product', productId, ownershipNumber: 1 }, right: random.one(rightsOf(type).rights) };
  };
  const grants = [];
  const known = new Set();
  for (let tries = 0; grants.length < counts.grants && tries < counts.grants * 20; tries += 1) {
    const place = grants.length;
    const held = place < counts.organization ? { kind: 'organization' } : holder();
    const given = place >= counts.organization && place < counts.organization + counts.types ? onType() : onThing();
    const key = `${held.teamId ?? held.accountId} ${given.object.resourceId ?? given.object.productId ?? given.object.type} ${given.right}`;
    if (known.has(key)) continue;
    known.add(key);
    grants.push({ grantId: random.id('grt'), holder: held, ...given, endsAt: later(0.02) });
  }
  return grants;
}

const teamHolder = ({ teamId }) => ({ kind: 'team', teamId });
const accountHolder = ({ accountId, memberId }) => ({ kind: 'account', accountId, memberId });

/** So many of them, each once. */
function drawSome(random, values, count) {
  const drawn = new Set();
  while (drawn.size < Math.min(count, values.length)) drawn.add(random.one(values));
  return [...drawn];
}

function unique(rows, keyOf) {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()];
}
