import { setTimeout as sleep } from 'node:timers/promises';
import { startAtRate } from '../../measurement/constant-rate.mjs';
import { openClient } from '../client.mjs';
import { atLeast, atMost, equals, judge, measured, none } from '../judge.mjs';
import { unlimitedEnv } from '../unlimited-env.mjs';

const RATE = 200;
const BEFORE_MS = 500;
const AFTER_MS = 1_000;

export const attack = {
  name: 'removed-role',
  shows: 'After the call that takes a role or session away has returned, no new request is allowed',
  env: unlimitedEnv,
  async run({ url, accounts, join }) {
    const client = openClient(url, 64);
    const { organizations } = await accounts();
    const [organization] = organizations;
    const ownerToken = () => organization.owner.session.accessToken;
    const memberOf = ({ memberId }) => `${organization.path}/members/${memberId}`;
    const change = (body) => (person) => client.call('PATCH', memberOf(person), { token: ownerToken(), body });
    const removals = {
      'lower role': change({ role: 'collaborator' }),
      block: change({ isBlocked: true }),
      removal: (person) => client.call('DELETE', memberOf(person), { token: ownerToken() }),
      'ended session': async ({ session }) => {
        const { text } = await client.call('GET', '/v1/me/sessions', { token: session.accessToken });
        const { id } = JSON.parse(text).data.find(({ isCurrent }) => isCurrent);
        return client.call('DELETE', `/v1/me/sessions/${id}`, { token: session.accessToken });
      },
    };
    const figures = [];
    let sent = 0;
    for (const [name, remove] of Object.entries(removals)) {
      const person = await join(organization, 'administrator');
      // Only managers list invitations.
      const ask = () => client.call('GET', `${organization.path}/invitations`, { token: person.session.accessToken });
      const { answers, removal, returnedAt } = await askDuring(ask, () => remove(person));
      sent += answers.length;
      const allowedBefore = answers.filter(({ sentAt, status }) => sentAt < returnedAt && status === 200);
      const allowedAfter = answers.filter(({ sentAt, status }) => sentAt > returnedAt && status === 200);
      const latest = Math.max(0, ...allowedAfter.map(({ sentAt }) => sentAt - returnedAt));
      figures.push(
        atMost(`${name}: status of the call`, removal.status, 204),
        atLeast(`${name}: allowed before the call returned`, allowedBefore.length, 1),
        equals(`${name}: allowed after the call returned`, allowedAfter.length, 0),
        atMost(`${name}: last allowed request after the call returned`, latest, 100, 'ms'),
        measured(
          `${name}: last answer to an allowed request after the call returned`,
          lastAnswerMs(answers, returnedAt),
          'ms',
        ),
        none(
          `${name}: other failures`,
          answers.filter(({ status }) => status === 0 || status >= 500).map(({ status, code }) => `${status} ${code}`),
        ),
      );
    }
    client.close();
    return judge(`${sent} requests at ${RATE}/s`, ...figures);
  },
};

/** Returns the time from the return of the call to the last answer that allowed a request, whenever it was sent. */
const lastAnswerMs = (answers, returnedAt) =>
  Math.max(0, ...answers.filter(({ status }) => status === 200).map(({ sentAt, ms }) => sentAt + ms - returnedAt));

/** Asks at a constant rate before, during and after `remove`. `sentAt` is the time at which a request was sent. */
async function askDuring(ask, remove) {
  const requests = startAtRate(RATE, async () => {
    const sentAt = performance.now();
    return { ...(await ask()), sentAt };
  });
  try {
    await sleep(BEFORE_MS);
    const removal = await remove();
    const returnedAt = performance.now();
    await sleep(AFTER_MS);
    return { answers: await requests.stop(), removal, returnedAt };
  } finally {
    void requests.stop();
  }
}
