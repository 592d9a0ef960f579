import { setTimeout as sleep } from 'node:timers/promises';
import { mapParallel } from '../../load/setup/parallel.mjs';
import { atMost, endedPidsOf, equals, judge, latency, measured, none, slowest } from '../judge.mjs';
import { countStatuses, openClient } from '../client.mjs';
import { exampleInput } from '../example-input.mjs';
import { malformedRequestsOf } from '../malformed-requests.mjs';
import { rawRequests } from '../mutations.mjs';
import { probeDuring } from '../probe.mjs';
import { closeAll, openConnections } from '../raw-connections.mjs';
import { loadRoutes, requestOf } from '../routes.mjs';
import { unlimitedEnv } from '../unlimited-env.mjs';

const PARALLEL = 8;
/** `npm test` sends only every fortieth request. */
const SHORT_STEP = 40;
const BASELINE_MS = 1_000;
const RAW_MS = 1_000;

export const attack = {
  name: 'malformed-requests',
  shows: 'Malformed requests to every route cause no server error and no crash, and other clients are served',
  isShort: true,
  env: unlimitedEnv,
  async run({ url, accounts, staff, isShort, pids }) {
    const { organizations } = await accounts({ people: 2 });
    const [{ organizationId, owner, people }] = organizations;
    const session = await staff();
    const ids = { org: organizationId, acc: people[1].accountId, mem: people[1].memberId };
    const routes = await loadRoutes();
    const requests = [];
    for (const [name, contract] of routes)
      for (const [mutation, request] of await malformedRequestsOf(contract, exampleInput(contract, ids)))
        requests.push({ title: `${name}, ${mutation}`, request, isStaff: contract.access === 'staff' });
    const chosenRequests = isShort ? requests.filter((_, index) => index % SHORT_STEP === 0) : requests;
    const otherUrl = `${url}/v1/product-types`;
    const before = await probeDuring(otherUrl, () => sleep(BASELINE_MS));
    const pidsBefore = pids();
    const client = openClient(url);
    const { result: answers, ...others } = await probeDuring(otherUrl, () =>
      mapParallel(chosenRequests, PARALLEL, async ({ title, request, isStaff }) => {
        const { accessToken } = isStaff ? session : owner.session;
        const headers = { authorization: `Bearer ${accessToken}`, ...request.headers };
        return { title, ...(await client.send({ ...request, headers: withoutUndefined(headers) })) };
      }),
    );
    const rawAnswers = await sendRaw(url);
    const listMembers = routes.find(([name]) => name === 'listMembers')[1];
    const member = await client.send(requestOf(listMembers, { organizationId }, { token: owner.session.accessToken }));
    client.close();
    const failedAnswers = [...answers, ...rawAnswers].filter(({ status }) => status >= 500);
    const unansweredRequests = answers.filter(
      ({ status, code }) => status === 0 && code !== 'ECONNRESET' && code !== 'EPIPE',
    );
    return judge(
      `${answers.length + rawAnswers.length} requests to ${routes.length} routes`,
      none(
        'server errors',
        failedAnswers.map(({ title, status, code }) => `${title}: ${status} ${code ?? ''}`),
      ),
      none(
        'no answer',
        unansweredRequests.map(({ title, code }) => `${title}: ${code}`),
      ),
      measured('answers', countStatuses([...answers, ...rawAnswers])),
      none('ended processes', endedPidsOf(pidsBefore, pids())),
      equals('the attacker is served afterwards', member.status, 200),
      none('failed requests of others', others.failures),
      slowest(answers, 5_000),
      latency('p99 of others', { before: before.p99, during: others.p99 }, 1_000),
      atMost(
        'connections that stay open after bytes that are not HTTP',
        rawAnswers.filter(({ isOpen }) => isOpen).length,
        3,
      ),
    );
  },
};

const withoutUndefined = (headers) =>
  Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));

/** Sends bytes that are not HTTP. A status of 0 means that the server has closed the connection without an answer. */
async function sendRaw(url) {
  const openedConnections = Object.entries(rawRequests).map(([title, bytes]) => {
    const [connection] = openConnections(url, { count: 1, bytes });
    return { title, connection };
  });
  await sleep(RAW_MS);
  const answers = openedConnections.map(({ title, connection }) => ({
    title,
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(connection.received)?.[1] ?? 0),
    code: 'no answer',
    isOpen: connection.closedAfterMs === undefined && connection.received === '',
  }));
  closeAll(openedConnections.map(({ connection }) => connection));
  return answers;
}
