const MAX_REMEMBERED = 1_000;
/** Types with a monthly price in francs. */
const types = ['web_hosting', 'mail_service', 'drive', 'backup'];

export const createOrder = ({ random, organizations, nextName, state }) => {
  const organization = random.pick(organizations);
  const line = { type: random.pick(types), name: nextName('Product'), interval: 'monthly', isAutomaticRenewal: false };
  return {
    method: 'POST',
    path: `${organization.path}/orders`,
    person: random.pick(organization.managers),
    body: { lines: [line] },
    hasIdempotencyKey: true,
    onAnswer: ({ id, proFormaId }) => {
      state.proFormas ??= [];
      state.orders ??= [];
      if (state.proFormas.length < MAX_REMEMBERED) state.proFormas.push({ organization, proFormaId });
      // The random index leaves gaps in the list; a new order can replace an older one.
      state.orders[random.below(MAX_REMEMBERED)] = { organization, id };
    },
  };
};

/** Pays the oldest unpaid order of this run. If there is no unpaid order, creates an order. */
export const payDocument = (context) => {
  const { random, state } = context;
  const unpaidProForma = state.proFormas?.shift();
  if (!unpaidProForma) return { ...createOrder(context), step: 'createOrder' };
  return {
    method: 'POST',
    path: `${unpaidProForma.organization.path}/documents/${unpaidProForma.proFormaId}/pay`,
    person: random.pick(unpaidProForma.organization.managers),
    body: { method: 'prepaid' },
    hasIdempotencyKey: true,
  };
};

export const getOrder = ({ random, state }) => {
  const orders = (state.orders ?? []).filter(Boolean);
  if (orders.length === 0) return undefined;
  const { organization, id } = random.pick(orders);
  return { method: 'GET', path: `${organization.path}/orders/${id}`, person: random.pick(organization.managers) };
};

export const getPrepaid = ({ random, organizations }) => {
  const organization = random.pick(organizations);
  return { method: 'GET', path: `${organization.path}/prepaid`, person: random.pick(organization.managers) };
};
