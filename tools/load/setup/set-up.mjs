import { invitePerson, createOrganization, signUpOwner } from './accounts.mjs';
import { buyProducts, fundOrganizations } from './money.mjs';
import { mapParallel } from './parallel.mjs';

/** The number of calls at the same time. Few, because identity refuses a sign-in when too many passwords wait. */
const PARALLEL = 10;
const ADDRESS = { street: 'Rue du Rhône', buildingNumber: '12', postalCode: '1204', town: 'Genève', country: 'CH' };

/**
 * Creates the data of one stream: organizations with people, an address, a funded prepaid account, paid products and
 * teams. Names contain the id of the run, so that every run has its own data. Returns the organizations.
 */
export async function setUpOrganizations(context, label) {
  const { api, options } = context;
  const organizations = await createOwners(context, label);
  await invitePeople(context, label, organizations);
  if (options.products > 0) await fundOrganizations(context, label, organizations);
  const types = (await api.get('/v1/product-types')).data.filter(
    ({ rights, prices }) => rights.length && prices.length,
  );
  await inParallel(context, `${label}: products and teams`, organizations, async (organization) => {
    organization.products = options.products > 0 ? await buyProducts(context, organization, types) : [];
    organization.teams = await createTeams(context, organization);
    await loadIds(context, organization);
  });
  return organizations;
}

/** Calls `work` for all items and reports how many are done. */
function inParallel({ progress }, title, items, work) {
  let done = 0;
  return mapParallel(items, PARALLEL, async (item, index) => {
    const result = await work(item, index);
    progress(`${title} ${(done += 1)} of ${items.length}`);
    return result;
  });
}

function createOwners(context, label) {
  const { api, options } = context;
  const indexes = Array.from({ length: options.organizations }, (_, index) => index);
  return inParallel(context, `${label}: organizations`, indexes, async (index) => {
    const person = personDataOf(context, label, index, 0);
    const create = options.mail === undefined ? createOrganization : signUpOwner;
    const { organizationId, owner } = await create(context, person);
    const organization = { organizationId, path: `/v1/organizations/${organizationId}`, owner, people: [owner] };
    await api.post(`${organization.path}/addresses`, { name: person.name, ...ADDRESS }, owner.session.accessToken);
    return organization;
  });
}

async function invitePeople(context, label, organizations) {
  const invitations = organizations.flatMap((organization, index) =>
    Array.from({ length: context.options.people - 1 }, (_, other) => ({ organization, index, person: other + 1 })),
  );
  await inParallel(context, `${label}: people`, invitations, async ({ organization, index, person }) => {
    const invitee = { index: person, ...personDataOf(context, label, index, person) };
    organization.people.push(await invitePerson(context, organization, invitee));
  });
  for (const organization of organizations)
    organization.managers = organization.people.filter(({ isManager }) => isManager);
}

const personDataOf = ({ runId }, label, organization, person) => ({
  email: `${label}-${runId}-${organization}-${person}@load.example`,
  name: `Load ${runId} ${label} ${organization}-${person}`,
});

/** Creates teams of all people, each with the rights on one product. */
async function createTeams({ api, options }, { path, owner, people, products }) {
  const teams = [];
  for (let index = 0; index < options.teams; index += 1) {
    const product = products[index % products.length];
    const grants = product ? [{ object: { kind: 'product', productId: product.id }, rights: product.rights }] : [];
    const body = { name: `Team ${index + 1}`, accountIds: people.map(({ accountId }) => accountId), grants };
    teams.push((await api.post(`${path}/teams`, body, owner.session.accessToken)).id);
  }
  return teams;
}

/** Loads the ids that requests refer to. */
async function loadIds({ api }, organization) {
  const token = organization.owner.session.accessToken;
  const [documents, members] = await Promise.all([
    api.get(`${organization.path}/documents?limit=200`, token),
    api.list(`${organization.path}/members`, token),
  ]);
  organization.documents = documents.data.map(({ id }) => id);
  const memberIds = new Map(members.map(({ accountId, id }) => [accountId, id]));
  for (const person of organization.people) person.memberId = memberIds.get(person.accountId);
}
