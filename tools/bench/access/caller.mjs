import { startChild } from '../harness/child.mjs';
import { randomWithIds } from '../harness/random-ids.mjs';
import { randomQuestions } from './random-questions.mjs';

const PEOPLE = 500;
const QUESTIONS = 10_000;
/** The NATS subject of the echo process. */
export const ECHO = 'bench.echo';

/**
 * Starts a process that calls the teams service. Each call has the token of a random person and a random question about
 * the rights of this person.
 */
export async function startCaller({ organization, signer }, { seed, logs, cpuProfileFolder }) {
  // Each use of random numbers has its own number that is added to the seed, so that the sequences differ.
  const random = randomWithIds(seed + 5);
  const { people } = organization.rows.people;
  const callerIds = new Set(
    people
      .filter(({ isBlocked }) => !isBlocked)
      .slice(0, PEOPLE)
      .map(({ accountId }) => accountId),
  );
  const tokens = new Map([...callerIds].map((accountId) => [accountId, signer.sign(accountId, random.id('ses'))]));
  const questions = randomQuestions(
    seed + 6,
    { rows: { ...organization.rows, people: { people: people.filter(({ accountId }) => callerIds.has(accountId)) } } },
    QUESTIONS,
  ).map(({ accountId, right, productId, resourceId }) => ({
    accountId,
    token: tokens.get(accountId),
    question: { right, productId, ...(resourceId ? { resourceId } : {}) },
  }));
  const manager = people.find(({ role }) => role === 'administrator');
  return startChild(
    new URL('caller.process.mjs', import.meta.url),
    {
      organizationId: organization.organizationId,
      questions,
      managerToken: signer.sign(manager.accountId, random.id('ses')),
      echo: ECHO,
    },
    { logs, cpuProfileFolder },
  );
}
