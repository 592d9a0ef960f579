import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { tokenFromMail } from '../../load/setup/mail-page.mjs';
import { countStatuses, openClient } from '../client.mjs';
import { atLeast, equals, judge, measured, none } from '../judge.mjs';
import { PASSWORD } from '../account-factory.mjs';
import { unlimitedEnv } from '../unlimited-env.mjs';

const PARALLEL = 100;
const WAIT_MS = 20_000;

export const attack = {
  name: 'parallel-commands',
  shows: 'Commands that are sent a hundred times at the same moment have one effect',
  env: unlimitedEnv,
  async run({ url, mailUrl, accounts, join }) {
    const { organizations } = await accounts({ organizations: 2, products: 1 });
    const client = openClient(url, PARALLEL);
    const context = { client, mailUrl, join, organizations, ...callsOf(client, organizations[0]) };
    const figures = [];
    const answers = [];
    for (const run of [
      payOnce,
      createOrderOnce,
      payOrCancel,
      acceptOnce,
      acceptOrCancel,
      transferOnce,
      keepOneRepresentative,
    ]) {
      const result = await run(context);
      figures.push(...result.figures);
      answers.push(...result.answers);
    }
    client.close();
    // A service refuses commands that wait too long.
    const isServerError = ({ status, code }) =>
      status === 0 || (status >= 500 && code !== 'SERVICE_UNAVAILABLE' && code !== 'TRANSFERS_BUSY');
    return judge(
      `${answers.length} commands, ${PARALLEL} at the same time`,
      ...figures,
      none(
        'server errors',
        answers.filter(isServerError).map(({ status, code, text }) => `${status} ${code} ${text}`),
      ),
      measured('answers', countStatuses(answers)),
    );
  },
};

/** Functions that call routes of an organization as its owner. */
function callsOf(client, { path, owner }) {
  const token = () => owner.session.accessToken;
  const post = (target, body, key = randomUUID()) =>
    client.call('POST', `${path}${target}`, { token: token(), body, headers: { 'idempotency-key': key } });
  const read = async (target) => JSON.parse((await client.call('GET', `${path}${target}`, { token: token() })).text);
  const remove = (target) => client.call('DELETE', `${path}${target}`, { token: token() });
  const createOrder = (name, key) =>
    post('/orders', { lines: [{ type: 'web_hosting', name, isAutomaticRenewal: false }] }, key);
  const balance = async () => (await read('/prepaid')).balances.find(({ currency }) => currency === 'CHF').amount;
  const invite = async (email, role = 'collaborator') => JSON.parse((await post('/invitations', { email, role })).text);
  return { post, read, remove, createOrder, balance, invite };
}

const repeat = (send) => Promise.all(Array.from({ length: PARALLEL }, (_, index) => send(index)));
const successesOf = (answers) => answers.filter(({ status }) => status >= 200 && status < 300);

async function payOnce({ createOrder, post, read, balance }) {
  const { proFormaId } = JSON.parse((await createOrder('Paid once')).text);
  const { total } = await read(`/documents/${proFormaId}`);
  const before = await balance();
  const answers = await repeat(() => post(`/documents/${proFormaId}/pay`, { method: 'prepaid' }));
  return {
    answers,
    figures: [
      atLeast('payment: accepted', successesOf(answers).length, 1),
      equals('payment: number of payments', (before - (await balance())) / total.amount, 1),
    ],
  };
}

async function createOrderOnce({ createOrder, read }) {
  const name = `Ordered once ${randomUUID()}`;
  const key = randomUUID();
  const countDocuments = async () => (await read('/documents?limit=200')).data.length;
  const before = await countDocuments();
  const answers = await repeat(() => createOrder(name, key));
  return {
    answers,
    figures: [equals('orders with one idempotency key: number of orders', (await countDocuments()) - before, 1)],
  };
}

async function payOrCancel({ createOrder, post, read, balance }) {
  const { id, proFormaId } = JSON.parse((await createOrder('Paid or cancelled')).text);
  const { total } = await read(`/documents/${proFormaId}`);
  const before = await balance();
  const answers = await repeat((index) =>
    index % 2 ? post(`/documents/${proFormaId}/pay`, { method: 'prepaid' }) : post(`/orders/${id}/cancel`, {}),
  );
  const paymentCount = (before - (await balance())) / total.amount;
  const { status } = await read(`/orders/${id}`);
  return {
    answers,
    figures: [equals('payment and cancellation: effects', paymentCount + (status === 'cancelled' ? 1 : 0), 1)],
  };
}

const accept = (client, token) =>
  client.call('POST', '/v1/invitations/accept', { body: { token, name: 'Ben', password: PASSWORD } });

async function acceptOnce({ client, mailUrl, invite, read }) {
  const email = `once-${randomUUID()}@attack.example`;
  await invite(email);
  const token = await tokenFromMail(mailUrl, email);
  const answers = await repeat(() => accept(client, token));
  const members = (await read('/members')).data.filter((member) => member.email === email);
  return {
    answers,
    figures: [
      atLeast('acceptance: accepted', successesOf(answers).length, 1),
      equals('acceptance: members', members.length, 1),
    ],
  };
}

async function acceptOrCancel({ client, mailUrl, invite, remove, read }) {
  const email = `either-${randomUUID()}@attack.example`;
  const { id } = await invite(email);
  const token = await tokenFromMail(mailUrl, email);
  const answers = await repeat((index) => (index % 2 ? accept(client, token) : remove(`/invitations/${id}`)));
  const members = (await read('/members')).data.filter((member) => member.email === email);
  const { status } = (await read('/invitations')).data.find((invitation) => invitation.id === id) ?? {};
  const isCancelled = status === 'cancelled' || (status === undefined && members.length === 0);
  return {
    answers,
    figures: [equals('acceptance and cancellation: effects', members.length + (isCancelled ? 1 : 0), 1)],
  };
}

async function transferOnce({ client, join, organizations, post }) {
  const [from, to] = organizations;
  const [product] = from.products;
  const transfer = JSON.parse((await post(`/products/${product.id}/transfers`, { to: { kind: 'link' } })).text);
  const token = new URL(transfer.link).searchParams.get('token');
  const administrator = await join(to, 'administrator');
  const acceptors = [to.owner, administrator];
  const answers = await repeat((index) =>
    client.call('POST', `${to.path}/transfers/accept`, {
      token: acceptors[index % 2].session.accessToken,
      body: { token },
      headers: { 'idempotency-key': randomUUID() },
    }),
  );
  const countProducts = async () => {
    const lists = await Promise.all(
      [from, to].map(({ path, owner }) =>
        client.call('GET', `${path}/products?limit=200`, { token: owner.session.accessToken }),
      ),
    );
    return lists.map(({ text }) => JSON.parse(text).data.filter(({ id }) => id === product.id).length);
  };
  for (const deadline = performance.now() + WAIT_MS; performance.now() < deadline; await sleep(200))
    if ((await countProducts()).join() === '0,1') break;
  return {
    answers,
    figures: [
      atLeast('transfer: accepted', successesOf(answers).length, 1),
      equals('transfer: owners before and after', (await countProducts()).join(), '0,1'),
    ],
  };
}

/** Three legal representatives demote, block and remove each other, and leave, all at the same moment. */
async function keepOneRepresentative({ client, join, organizations: [, organization] }) {
  const people = [
    organization.owner,
    await join(organization, 'legal_representative'),
    await join(organization, 'legal_representative'),
  ];
  const answers = await repeat((index) => {
    const caller = people[index % 3];
    const member = people[(index + (index % 2)) % 3];
    const target = `${organization.path}/members/${member.memberId}`;
    const token = caller.session.accessToken;
    if (index % 5 === 0) return client.call('DELETE', target, { token });
    const body = index % 5 < 3 ? { role: 'collaborator' } : { isBlocked: true };
    return client.call('PATCH', target, { token, body });
  });
  const lists = await Promise.all(
    people.map(({ session }) => client.call('GET', `${organization.path}/members`, { token: session.accessToken })),
  );
  const memberList = lists.find(({ status }) => status === 200);
  const representatives = memberList
    ? JSON.parse(memberList.text).data.filter(({ role, isBlocked }) => role === 'legal_representative' && !isBlocked)
    : [];
  return {
    answers,
    figures: [atLeast('legal representatives who remain', representatives.length, 1)],
  };
}
