// A step prepares one request. It gets the context of its stream, `{ random, organizations, state, nextName }`, and
// returns `{ method, path, body?, person?, hasIdempotencyKey?, onAnswer?, step? }`, or undefined when the data has
// nothing to act on. With `step`, the request counts for the step of this name.

export const listDocuments = ({ random, organizations }) => {
  const organization = random.pick(organizations);
  return get(random.pick(organization.people), `${organization.path}/documents?limit=20`);
};

export const getDocument = ({ random, organizations }) => {
  const organization = random.pick(organizations);
  if (organization.documents.length === 0) return undefined;
  return get(random.pick(organization.people), `${organization.path}/documents/${random.pick(organization.documents)}`);
};

export const listTeams = ({ random, organizations }) => {
  const organization = random.pick(organizations);
  return get(random.pick(organization.people), `${organization.path}/teams?limit=20`);
};

export const listMembers = ({ random, organizations }) => {
  const organization = random.pick(organizations);
  return get(random.pick(organization.people), `${organization.path}/members`);
};

export const listProducts = ({ random, organizations }) => {
  const organization = random.pick(organizations);
  return get(random.pick(organization.people), `${organization.path}/products?limit=20`);
};

export const getProduct = ({ random, organizations }) => {
  const organization = random.pick(organizations);
  if (organization.products.length === 0) return undefined;
  return get(
    random.pick(organization.managers),
    `${organization.path}/products/${random.pick(organization.products).id}`,
  );
};

export const getOrganization = ({ random, organizations }) => {
  const organization = random.pick(organizations);
  return get(random.pick(organization.people), organization.path);
};

export const getMe = ({ random, organizations }) => get(random.pick(random.pick(organizations).people), '/v1/me');

/** Public: without a person. */
export const listProductTypes = () => get(undefined, '/v1/product-types');

const get = (person, path) => ({ method: 'GET', path, person });
