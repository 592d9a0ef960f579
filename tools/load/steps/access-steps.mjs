const QUESTIONS_PER_CALL = 20;
const MAX_REMEMBERED = 1_000;

/** A person asks whether they have a right on a product. */
export const checkAccess = (context) => askQuestion(context, 'check');
export const explainAccess = (context) => askQuestion(context, 'explain');

/** A manager asks about the rights of the people of the organization in one call. */
export const checkManyAccess = ({ random, organizations }) => {
  const organization = random.pick(organizations);
  if (organization.products.length === 0) return undefined;
  const questions = Array.from({ length: QUESTIONS_PER_CALL }, () => {
    const product = random.pick(organization.products);
    return {
      accountId: random.pick(organization.people).accountId,
      right: random.pick(product.rights),
      productId: product.id,
    };
  });
  return {
    method: 'POST',
    path: `${organization.path}/access/checks`,
    person: random.pick(organization.managers),
    body: { questions },
  };
};

export const listPersonAccess = ({ random, organizations }) => {
  const organization = random.pick(organizations);
  return {
    method: 'GET',
    path: `${organization.path}/access/rights?limit=20`,
    person: random.pick(organization.people),
  };
};

/** Changes what the checks of the organization return. */
export const giveGrant = ({ random, organizations, state }) => {
  const organization = random.pick(organizations);
  if (organization.products.length === 0) return undefined;
  const product = random.pick(organization.products);
  return {
    method: 'POST',
    path: `${organization.path}/grants`,
    person: random.pick(organization.managers),
    body: {
      holder: { kind: 'account', accountId: random.pick(organization.people).accountId },
      object: { kind: 'product', productId: product.id },
      right: random.pick(product.rights),
    },
    hasIdempotencyKey: true,
    onAnswer: ({ id }) => {
      state.grants ??= [];
      if (state.grants.length < MAX_REMEMBERED) state.grants.push({ organization, id });
    },
  };
};

/** Ends the oldest grant that this run has given. */
export const endGrant = ({ random, state }) => {
  const grant = state.grants?.shift();
  if (!grant) return undefined;
  const { organization, id } = grant;
  return { method: 'DELETE', path: `${organization.path}/grants/${id}`, person: random.pick(organization.managers) };
};

function askQuestion({ random, organizations }, operation) {
  const organization = random.pick(organizations);
  if (organization.products.length === 0) return undefined;
  const product = random.pick(organization.products);
  return {
    method: 'GET',
    path: `${organization.path}/access/${operation}?right=${random.pick(product.rights)}&productId=${product.id}`,
    person: random.pick(organization.people),
  };
}
