import { setTimeout as sleep } from 'node:timers/promises';
import { startAtRate } from '../../measurement/constant-rate.mjs';
import { quantile } from '../../measurement/statistics.mjs';
import { countStatuses, openClient } from '../client.mjs';
import { atMost, judge, measured, none } from '../judge.mjs';

const RATE = 10;
/** The rate of the noisy organization as a multiple of `RATE`, the rate of the quiet organization. */
const NOISE_FACTOR = 50;
/** Rounds without and with the noise follow each other, so that other work on the machine affects both alike. */
const ROUNDS = 4;
const ROUND_MS = 5_000;
const WARM_UP_MS = 2_000;

export const attack = {
  name: 'noisy-organization',
  shows: 'An organization that sends fifty times as much hardly delays other organizations',
  // The default limits apply.
  env: {},
  async run({ url, accounts }) {
    const { organizations } = await accounts({ organizations: 2, people: 3, products: 1, teams: 2 });
    const [quiet, noisy] = organizations;
    const quietClient = openClient(url);
    const noisyClient = openClient(url, 64);
    const read = (client, { path, people }, index) =>
      client.call('GET', `${path}/${['teams', 'products', 'documents', 'members'][index % 4]}`, {
        token: people[index % people.length].session.accessToken,
      });
    const sendQuietRequests = (ms) => sendAtRate(RATE, ms, (index) => read(quietClient, quiet, index));
    const sendNoise = (ms) => sendAtRate(RATE * NOISE_FACTOR, ms, (index) => read(noisyClient, noisy, index));
    await Promise.all([sendQuietRequests(WARM_UP_MS), sendNoise(WARM_UP_MS)]);
    const [withoutNoise, withNoise, noise] = [[], [], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      withoutNoise.push(...(await sendQuietRequests(ROUND_MS)));
      const [quietAnswers, noiseAnswers] = await Promise.all([sendQuietRequests(ROUND_MS), sendNoise(ROUND_MS)]);
      withNoise.push(...quietAnswers);
      noise.push(...noiseAnswers);
    }
    quietClient.close();
    noisyClient.close();
    const p99 = (answers) =>
      quantile(
        answers.map(({ ms }) => ms),
        0.99,
      );
    const failedAnswers = withNoise.filter(({ status }) => status !== 200);
    return judge(
      `${noise.length} requests of one organization at ${RATE * NOISE_FACTOR}/s, ${withNoise.length} of another one`,
      none(
        'failed requests of the other organization',
        failedAnswers.map(({ status, code }) => `${status} ${code}`),
      ),
      {
        ...atMost(
          'p99 of the other organization: ratio with and without the noise',
          p99(withNoise) / p99(withoutNoise),
          1.5,
        ),
        isTime: true,
      },
      { ...measured('p99 of the other organization without the noise', p99(withoutNoise), 'ms'), isTime: true },
      { ...measured('p99 of the other organization with the noise', p99(withNoise), 'ms'), isTime: true },
      measured('answers to the noise', countStatuses(noise)),
    );
  },
};

/** Sends requests at a constant rate. The latency `ms` starts at the planned time of a request. */
async function sendAtRate(rate, durationMs, send) {
  const requests = startAtRate(rate, async (index, plannedAt) => {
    const answer = await send(index);
    return { ...answer, ms: performance.now() - plannedAt };
  });
  await sleep(durationMs);
  return requests.stop();
}
