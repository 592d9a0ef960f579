import { typeRights } from './product-types.mjs';

const CONTENT_RIGHTS = ['read', 'view', 'change'];
const NARROWER_RIGHTS = { manage: ['change', 'view'], change: ['view'], admin: ['user'] };
const withNarrowerRights = (right) => (right === null ? [] : [right, ...(NARROWER_RIGHTS[right] ?? [])]);

/**
 * Calculates the rights of every person on every object in advance: account → product or resource → rights. A check is
 * then a lookup in two Maps, which is the limit for the access cache. The index cannot be changed. This file shares
 * no code with `libs/access`, so that the answers of the two implementations can be compared.
 */
export function indexRights({ rows }, at) {
  const indexes = buildIndexes(rows, at.getTime());
  const rightsByMask = new Map();
  const rightsByAccount = new Map();
  for (const person of rows.people.people) {
    const masks = person.isBlocked ? new Map() : rightsOfPerson(indexes, person);
    const rightsByObject = new Map();
    for (const [objectId, mask] of masks) {
      if (mask === 0) continue;
      if (!rightsByMask.has(mask))
        rightsByMask.set(mask, new Set(indexes.rights.filter((_, index) => mask & (1 << index))));
      rightsByObject.set(objectId, rightsByMask.get(mask));
    }
    rightsByAccount.set(person.accountId, rightsByObject);
  }
  return rightsByAccount;
}

function buildIndexes({ people, grants, products }, at) {
  const accountOf = new Map(people.people.map(({ accountId, memberId }) => [memberId, accountId]));
  const isActive = ({ endsAt }) => endsAt === null || Date.parse(endsAt) > at;
  const groupBy = (values, keyOf) => {
    const groups = new Map();
    for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
    return groups;
  };
  // A manager has every right of a type, also a right that no grant gives.
  const rights = [
    ...new Set([
      ...[...grants.grants.map(({ right }) => right), ...typeRights.flatMap((row) => row.rights)].flatMap(
        withNarrowerRights,
      ),
      ...CONTENT_RIGHTS,
    ]),
  ];
  // A mask has one bit per right.
  const maskOf = (names) => names.reduce((mask, name) => mask | (1 << rights.indexOf(name)), 0);
  const grantsByHolder = new Map();
  for (const grant of grants.grants.filter(isActive)) {
    const holder = grant.holder.teamId ?? grant.holder.accountId ?? 'organization';
    if (!grantsByHolder.has(holder)) grantsByHolder.set(holder, []);
    grantsByHolder.get(holder).push({ ...grant, mask: maskOf(withNarrowerRights(grant.right)) });
  }
  return {
    at,
    rights,
    maskOf,
    grantsByHolder,
    products: products.products,
    resources: products.resources,
    teams: new Map(grants.teams.map((team) => [team.teamId, team])),
    memberships: groupBy(
      grants.memberships.filter(isActive).map((row) => ({ ...row, accountId: accountOf.get(row.memberId) })),
      ({ accountId }) => accountId,
    ),
    restrictions: groupBy(grants.restrictions.filter(isActive), ({ resourceId }) => resourceId),
    productOf: new Map(products.products.map((product) => [product.productId, product])),
    productsByType: groupBy(products.products, ({ type }) => type),
    children: groupBy(products.resources, ({ parentId, productId }) => parentId ?? productId),
    resourceOf: new Map(products.resources.map((resource) => [resource.resourceId, resource])),
    ownedResources: groupBy(
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
  /**
   * Adds the rights of a grant on an object and on its descendants. A restriction of a holder on the path narrows the
   * rights to the intersection.
   */
  const addRightsBelow = (objectId, productId, mask, path) => {
    addRights(objectId, productId, mask);
    for (const { resourceId } of indexes.children.get(objectId) ?? []) {
      const remainingMask = (indexes.restrictions.get(resourceId) ?? [])
        .filter(({ holder }) => path.includes(holder.teamId ?? holder.accountId))
        .reduce((remaining, { right }) => remaining & indexes.maskOf(withNarrowerRights(right)), mask);
      if (remainingMask !== 0) addRightsBelow(resourceId, productId, remainingMask, path);
    }
  };
  for (const { holder, path } of grantPathsOf(indexes, accountId, isExternal)) {
    for (const { object, mask } of indexes.grantsByHolder.get(holder) ?? []) {
      if (object.kind === 'resource') addRightsBelow(object.resourceId, object.productId, mask, path);
      else if (object.kind === 'product') addRightsBelow(object.productId, object.productId, mask, path);
      else
        for (const { productId } of indexes.productsByType.get(object.type) ?? [])
          addRightsBelow(productId, productId, mask, path);
    }
  }
  for (const { resourceId, productId } of indexes.ownedResources.get(accountId) ?? [])
    forEachDescendant(indexes, resourceId, (objectId) =>
      addRights(objectId, productId, indexes.maskOf(CONTENT_RIGHTS)),
    );
  if (isManager) {
    const maskByType = new Map(
      typeRights.map(({ type, rights }) => {
        const rightsOfType = rights.flatMap(withNarrowerRights);
        const managedRights = indexes.rights.filter(
          (right) => rightsOfType.includes(right) && !CONTENT_RIGHTS.includes(right),
        );
        return [type, indexes.maskOf(managedRights)];
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

/** Returns the holders whose grants reach the person. `path` contains the holders from the person to this holder. */
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
