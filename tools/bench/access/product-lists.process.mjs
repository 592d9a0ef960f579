// Measures the lists of visible products. Grants to the whole organization make every product visible to every member.
import { OrganizationAccess } from '@cordee/access/organization-access';
import { TypeRights } from '@cordee/access/type-rights';
import { randomWithIds } from '../harness/random-ids.mjs';
import { handleRequests } from '../harness/handle-requests.mjs';
import { latencies } from '../../measurement/statistics.mjs';
import { productTypes, typeRights } from './product-types.mjs';
import { randomOrganization } from './random-organization.mjs';

const LISTS = 60;
const PRODUCTS_AT_SCALE_1 = 5_000;
let options;
handleRequests({ start: (input) => void (options = input), measure });

function measure() {
  const { seed, products } = options;
  const now = new Date();
  const random = randomWithIds(seed + 9);
  const { rows } = randomOrganization(seed + 8, { scale: products / PRODUCTS_AT_SCALE_1, now });
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
  const activePeople = rows.people.people.filter(({ isBlocked }) => !isBlocked);
  const collaborators = activePeople.filter(({ role }) => role === 'collaborator').slice(0, LISTS);
  const administrators = activePeople.filter(({ role }) => role === 'administrator');
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
    return access.listAccessEntries(accountId, now);
  };
  // The warm-up uses other people, so that no measured call is the first call in the process.
  measureEach(activePeople.filter(({ role }) => role === 'collaborator').slice(LISTS, LISTS + 10), list);
  return {
    first: measureEach(collaborators, list),
    collaborator: measureEach([...collaborators, ...collaborators], list),
    manager: measureEach(
      Array.from({ length: LISTS }, (_, index) => administrators[index % administrators.length]),
      list,
    ),
    visible: measureEach(collaborators, (accountId) => access.visibleProducts(accountId, now)),
  };
}
