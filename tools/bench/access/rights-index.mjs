import { typeRights } from './catalogue.mjs';

const CONTENT = ['read', 'view', 'change'];
const NARROWER = { manage: ['change', 'view'], change: ['view'], admin: ['user'] };
const withNarrower = (right) => (right === null ? [] : [right, ...(NARROWER[right] ?? [])]);

/**
 * The limit: every right of every person on every thing worked out in advance, by account, then by product or resource. Looking up is all that is
 * left to do, and nothing could ever change. Worked out without the code that is measured, so that both can be compared.
 */
export function indexRights({ rows }, at) {
  const world = arrange(rows, at.getTime());
  const sets = new Map();
  const index = new Map();
  for (const person of rows.people.people) {
    const found = person.isBlocked ? new Map() : rightsOfPerson(world, person);
    const byThing = new Map();
    for (const [thing, mask] of found) {
      if (mask === 0) continue;
      if (!sets.has(mask)) sets.set(mask, new Set(world.rights.filter((_, place) => mask & (1 << place))));
      byThing.set(thing, sets.get(mask));
    }
    index.set(person.accountId, byThing);
  }
  return index;
}

function arrange({ people, grants, products }, at) {
  const accountOf = new Map(people.people.map(({ accountId, memberId }) => [memberId, accountId]));
  const holds = ({ endsAt }) => endsAt === null || Date.parse(endsAt) > at;
  const group = (values, keyOf) => {
    const groups = new Map();
    for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
    return groups;
  };
  const rights = [...new Set([...grants.grants.flatMap(({ right }) => withNarrower(right)), ...CONTENT])];
  const maskOf = (names) => names.reduce((mask, name) => mask | (1 << rights.indexOf(name)), 0);
  const byHolder = new Map();
  for (const grant of grants.grants.filter(holds)) {
    const holder = grant.holder.teamId ?? grant.holder.accountId ?? 'organization';
    if (!byHolder.has(holder)) byHolder.set(holder, []);
    byHolder.get(holder).push({ ...grant, mask: maskOf(withNarrower(grant.right)) });
  }
  return {
    at,
    rights,
    maskOf,
    byHolder,
    products: products.products,
    resources: products.resources,
    teams: new Map(grants.teams.map((team) => [team.teamId, team])),
    memberships: group(
      grants.memberships.filter(holds).map((row) => ({ ...row, accountId: accountOf.get(row.memberId) })),
      ({ accountId }) => accountId,
    ),
    restrictions: group(grants.restrictions.filter(holds), ({ resourceId }) => resourceId),
    productOf: new Map(products.products.map((product) => [product.productId, product])),
    byType: group(products.products, ({ type }) => type),
    children: group(products.resources, ({ parentId, productId }) => parentId ?? productId),
    resourceOf: new Map(products.resources.map((resource) => [resource.resourceId, resource])),
    owned: group(
      products.resources.filter(({ ownerAccountId }) => ownerAccountId),
      ({ ownerAccountId }) => ownerAccountId,
    ),
  };
}

function rightsOfPerson(world, { accountId, role }) {
  const isExternal = role === 'external';
  const isManager = role === 'administrator' || role === 'legal_representative';
  const found = new Map();
  const put = (thing, productId, mask) => {
    if (isExternal) mask &= ~world.maskOf(['manage']);
    if (world.productOf.get(productId).isBlocked && !isManager) mask = 0;
    found.set(thing, (found.get(thing) ?? 0) | mask);
  };
  /** Down from where it was given; an override on the way leaves what is in its right too. */
  const descend = (thing, productId, mask, way) => {
    put(thing, productId, mask);
    for (const { resourceId } of world.children.get(thing) ?? []) {
      const left = (world.restrictions.get(resourceId) ?? [])
        .filter(({ holder }) => way.includes(holder.teamId ?? holder.accountId))
        .reduce((rest, { right }) => rest & world.maskOf(withNarrower(right)), mask);
      if (left !== 0) descend(resourceId, productId, left, way);
    }
  };
  for (const { holder, way } of waysOf(world, accountId, isExternal)) {
    for (const { object, mask } of world.byHolder.get(holder) ?? []) {
      if (object.kind === 'resource') descend(object.resourceId, object.productId, mask, way);
      else if (object.kind === 'product') descend(object.productId, object.productId, mask, way);
      else for (const { productId } of world.byType.get(object.type) ?? []) descend(productId, productId, mask, way);
    }
  }
  for (const { resourceId, productId } of world.owned.get(accountId) ?? [])
    ownDown(world, resourceId, (thing) => put(thing, productId, world.maskOf(CONTENT)));
  if (isManager) {
    const masks = new Map(
      typeRights.map(({ type, rights }) => {
        const known = rights.flatMap(withNarrower);
        return [type, world.maskOf(world.rights.filter((right) => known.includes(right) && !CONTENT.includes(right)))];
      }),
    );
    const maskOn = (productId) => masks.get(world.productOf.get(productId).type);
    for (const { productId } of world.products) put(productId, productId, maskOn(productId));
    for (const { resourceId, productId } of world.resources) put(resourceId, productId, maskOn(productId));
  }
  return found;
}

function ownDown(world, thing, put) {
  put(thing);
  for (const { resourceId } of world.children.get(thing) ?? []) ownDown(world, resourceId, put);
}

/** Every holder something given to reaches the person by, with all that stands on the way. */
function waysOf(world, accountId, isExternal) {
  const ways = [{ holder: accountId, way: [accountId] }];
  if (!isExternal) ways.push({ holder: 'organization', way: [accountId] });
  for (const { teamId } of world.memberships.get(accountId) ?? []) {
    const way = [accountId];
    for (let team = world.teams.get(teamId); team; team = team.parentId ? world.teams.get(team.parentId) : undefined) {
      if (team.isMembersOnly && isExternal) break;
      way.push(team.teamId);
      ways.push({ holder: team.teamId, way: [...way] });
      if (team.parentEndsAt !== null && Date.parse(team.parentEndsAt) <= world.at) break;
    }
  }
  return ways;
}
