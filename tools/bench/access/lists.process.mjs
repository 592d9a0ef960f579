// Everything that somebody may see, of an organization in which everybody sees all: each type is given to the whole organization besides what else is given.
import { OrganizationAccess } from '@cordee/access/organization-access';
import { TypeRights } from '@cordee/access/type-rights';
import { randomFrom } from '../harness/random.mjs';
import { serveParent } from '../harness/serve-parent.mjs';
import { latencies } from '../harness/statistics.mjs';
import { catalogue, typeRights } from './catalogue.mjs';
import { drawOrganization } from './organization.mjs';

const LISTS = 60;
/** How many products there are at scale 1. */
const PRODUCTS = 5_000;
let asked;
serveParent({ start: (input) => void (asked = input), measure });

function measure() {
  const { seed, products } = asked;
  const now = new Date();
  const random = randomFrom(seed + 9);
  const { rows } = drawOrganization(seed + 8, { scale: products / PRODUCTS, now });
  const toAll = catalogue.map(({ type, rights }) => ({
    grantId: random.id('grt'),
    holder: { kind: 'organization' },
    object: { kind: 'product_type', type },
    right: rights[0],
    endsAt: null,
  }));
  const access = OrganizationAccess.from(
    {
      ...rows,
      grants: { ...rows.grants, grants: [...rows.grants.grants, ...toAll] },
    },
    TypeRights.from(typeRights),
  );
  const living = rows.people.people.filter(({ isBlocked }) => !isBlocked);
  const collaborators = living.filter(({ role }) => role === 'collaborator').slice(0, LISTS);
  const managers = living.filter(({ role }) => role === 'administrator');
  const taken = (people, list) =>
    latencies(
      people.map(({ accountId }) => {
        const start = performance.now();
        list(accountId);
        return performance.now() - start;
      }),
    );
  const list = (accountId) => {
    const seen = access.visibleProducts(accountId, now);
    if (seen.size !== products) throw new Error(`${seen.size} of ${products} products are seen`);
    return access.whatCan(accountId, now);
  };
  // The code itself is warm before a person is asked about for the first time.
  taken(living.filter(({ role }) => role === 'collaborator').slice(LISTS, LISTS + 10), list);
  return {
    first: taken(collaborators, list),
    collaborator: taken([...collaborators, ...collaborators], list),
    manager: taken(
      Array.from({ length: LISTS }, (_, place) => managers[place % managers.length]),
      list,
    ),
    visible: taken(collaborators, (accountId) => access.visibleProducts(accountId, now)),
  };
}
