// Measures the lists of visible products. Grants to the whole organization make all products visible to everybody.
import { OrganizationAccess } from '@cordee/access/organization-access';
import { TypeRights } from '@cordee/access/type-rights';
import { randomFrom } from '../harness/random.mjs';
import { handleRequests } from '../harness/handle-requests.mjs';
import { latencies } from '../harness/statistics.mjs';
import { productTypes, typeRights } from './product-types.mjs';
import { randomOrganization } from './random-organization.mjs';

const LISTS = 60;
/** Number of products at scale 1. */
const PRODUCTS = 5_000;
let options;
handleRequests({ start: (input) => void (options = input), measure });

function measure() {
  const { seed, products } = options;
  const now = new Date();
  const random = randomFrom(seed + 9);
  const { rows } = randomOrganization(seed + 8, { scale: products / PRODUCTS, now });
  const organizationGrants = productTypes.map(({ type, rights }) => ({
    grantId: random.id('grt'),
    holder: { kind: 'organization' },
    object: { kind: 'product_type', type },
    right: rights[0],
    endsAt: null,
  }));
  const access = OrganizationAccess.from(
    {
      ...rows,
      grants: { ...rows.grants, grants: [...rows.grants.grants, ...organizationGrants] },
    },
    TypeRights.from(typeRights),
  );
  const active = rows.people.people.filter(({ isBlocked }) => !isBlocked);
  const collaborators = active.filter(({ role }) => role === 'collaborator').slice(0, LISTS);
  const managers = active.filter(({ role }) => role === 'administrator');
  const measureEach = (people, list) =>
    latencies(
      people.map(({ accountId }) => {
        const start = performance.now();
        list(accountId);
        return performance.now() - start;
      }),
    );
  const list = (accountId) => {
    const visible = access.visibleProducts(accountId, now);
    if (visible.size !== products) throw new Error(`${visible.size} of ${products} products are visible`);
    return access.whatCan(accountId, now);
  };
  // Warm up the code with other people, so that the first call of each measured person is not the first of all.
  measureEach(active.filter(({ role }) => role === 'collaborator').slice(LISTS, LISTS + 10), list);
  return {
    first: measureEach(collaborators, list),
    collaborator: measureEach([...collaborators, ...collaborators], list),
    manager: measureEach(
      Array.from({ length: LISTS }, (_, index) => managers[index % managers.length]),
      list,
    ),
    visible: measureEach(collaborators, (accountId) => access.visibleProducts(accountId, now)),
  };
}
