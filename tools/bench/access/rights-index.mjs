import { typeRights } from './product-types.mjs';

const CONTENT = ['read', 'view', 'change'];
const NARROWER = { manage: ['change', 'view'], change: ['view'], admin: ['user'] };
const withNarrower = (right) => (right === null ? [] : [right, ...(NARROWER[right] ?? [])]);

/**
 * The limit: the rights of every person on every object, calculated in advance, by account and then by product or
 * resource. A check is a lookup; a change is not possible. It shares no code with `libs/access`, so that the answers
 * can be compared.
 */
export function indexRights({ rows }, at) {
  const indexes = buildIndexes(rows, at.getTime());
  const sets = new Map();
  const index = new Map();
  for (const person of rows.people.people) {
    const masks = person.isBlocked ? new Map() : rightsOfPerson(indexes, person);
    const byObject = new Map();
    for (const [objectId, mask] of masks) {
      if (mask === 0) continue;
      if (!sets.has(mask)) sets.set(mask, new Set(indexes.rights.filter((_, index) => mask & (1 << index))));
      byObject.set(objectId, sets.get(mask));
    }
    index.set(person.accountId, byObject);
  }
  return index;
}

function buildIndexes({ people, grants, products }, at) {
  const accountOf = new Map(people.people.map(({ accountId, memberId }) => [memberId, accountId]));
  const isActive = ({ endsAt }) => endsAt === null || Date.parse(endsAt) > at;
  const group = (values, keyOf) => {
    const groups = new Map();
    for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
    return groups;
  };
  const rights = [...new Set([...grants.grants.flatMap(({ right }) => withNarrower(right)), ...CONTENT])];
  const maskOf = (names) => names.reduce((mask, name) => mask | (1 << rights.indexOf(name)), 0);
  const byHolder = new Map();
  for (const grant of grants.grants.filter(isActive)) {
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
      grants.memberships.filter(isActive).map((row) => ({ ...row, accountId: accountOf.get(row.memberId) })),
      ({ accountId }) => accountId,
    ),
    restrictions: group(grants.restrictions.filter(isActive), ({ resourceId }) => resourceId),
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

function rightsOfPerson(indexes, { accountId, role }) {
  const isExternal = role === 'external';
  const isManager = role === 'administrator' || role === 'legal_representative';
  const masks = new Map();
  const addRights = (objectId, productId, mask) => {
    if (isExternal) mask &= ~indexes.maskOf(['manage']);
    if (indexes.productOf.get(productId).isBlocked && !isManager) mask = 0;
    masks.set(objectId, (masks.get(objectId) ?? 0) | mask);
  };
  /** Adds the right on an object and its children; a restriction on this path narrows it to the intersection. */
  const descend = (objectId, productId, mask, path) => {
    addRights(objectId, productId, mask);
    for (const { resourceId } of indexes.children.get(objectId) ?? []) {
      const left = (indexes.restrictions.get(resourceId) ?? [])
        .filter(({ holder }) => path.includes(holder.teamId ?? holder.accountId))
        .reduce((rest, { right }) => rest & indexes.maskOf(withNarrower(right)), mask);
      if (left !== 0) descend(resourceId, productId, left, path);
    }
  };
  for (const { holder, path } of grantPathsOf(indexes, accountId, isExternal)) {
    for (const { object, mask } of indexes.byHolder.get(holder) ?? []) {
      if (object.kind === 'resource') descend(object.resourceId, object.productId, mask, path);
      else if (object.kind === 'product') descend(object.productId, object.productId, mask, path);
      else for (const { productId } of indexes.byType.get(object.type) ?? []) descend(productId, productId, mask, path);
    }
  }
  for (const { resourceId, productId } of indexes.owned.get(accountId) ?? [])
    forEachDescendant(indexes, resourceId, (objectId) => addRights(objectId, productId, indexes.maskOf(CONTENT)));
  if (isManager) {
    const maskByType = new Map(
      typeRights.map(({ type, rights }) => {
        const known = rights.flatMap(withNarrower);
        const managed = indexes.rights.filter((right) => known.includes(right) && !CONTENT.includes(right));
        return [type, indexes.maskOf(managed)];
      }),
    );
    const maskOn = (productId) => maskByType.get(indexes.productOf.get(productId).type);
    for (const { productId } of indexes.products) addRights(productId, productId, maskOn(productId));
    for (const { resourceId, productId } of indexes.resources) addRights(resourceId, productId, maskOn(productId));
  }
  return masks;
}

function forEachDescendant(indexes, objectId, visit) {
  visit(objectId);
  for (const { resourceId } of indexes.children.get(objectId) ?? []) forEachDescendant(indexes, resourceId, visit);
}

/** Returns the holders whose grants reach the person, each with the path of holders to it. */
function grantPathsOf(indexes, accountId, isExternal) {
  const paths = [{ holder: accountId, path: [accountId] }];
  if (!isExternal) paths.push({ holder: 'organization', path: [accountId] });
  for (const { teamId } of indexes.memberships.get(accountId) ?? []) {
    const path = [accountId];
    for (
      let team = indexes.teams.get(teamId);
      team;
      team = team.parentId ? indexes.teams.get(team.parentId) : undefined
    ) {
      if (team.isMembersOnly && isExternal) break;
      path.push(team.teamId);
      paths.push({ holder: team.teamId, path: [...path] });
      if (team.parentEndsAt !== null && Date.parse(team.parentEndsAt) <= indexes.at) break;
    }
  }
  return paths;
}
