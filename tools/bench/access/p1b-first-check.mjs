import { ownCpu } from '../../measurement/cpu.mjs';
import { latencies } from '../../measurement/statistics.mjs';
import { startChild } from '../harness/child.mjs';
import { atLeast, atMost, latencyAtMost, ratio } from '../harness/goals.mjs';
import { NOT_INSTALLED } from '../harness/peers.mjs';
import { progress } from '../harness/progress.mjs';
import { startAccessOwners } from './access-owners.mjs';
import { openBetterAuth } from './better-auth.mjs';
import { randomOrganization, SMALL_SIZE } from './random-organization.mjs';
import { randomQuestions } from './random-questions.mjs';
import { indexRights } from './rights-index.mjs';

/** The number of organizations. Each first check is about another organization than the check before. */
const ORGANIZATIONS = { small: 100, large: 2 };
/** The number of first checks in a round. */
const CHECKS = { small: 200, large: 8 };
const QUESTIONS = { small: 100, large: 2_000 };
const names = {
  rawSmall: 'raw pg, the same rows, small organization',
  small: 'first check, small organization',
  second: 'second check, small organization',
  auth: 'better-auth hasPermission, small organization',
  rawLarge: 'raw pg, the same rows, large organization',
  large: 'first check, large organization',
};

/** P1b: measures the first check about an organization that is not in the access cache of the process. */
export const firstCheck = {
  id: 'P1b',
  title: 'first check about an organization that is not in memory: identity, teams and products answer over NATS',
  async open(options) {
    const organizations = randomOrganizations(options);
    const owners = await startAccessOwners(Object.values(organizations).flat(), options);
    const access = await startColdAccess(organizations, options);
    const raw = await startChild(
      new URL('raw-rows.process.mjs', import.meta.url),
      {
        urls: owners.urls,
        organizationIds: mapValues(organizations, (list) => list.map(({ organizationId }) => organizationId)),
      },
      options,
    );
    for (const list of Object.values(organizations)) await requireSameRows(raw, list[0]);
    progress('P1b: comparing the answers with an index built from the rows');
    const allowedCounts = [await access.ask('compareAnswers', 'small'), await access.ask('compareAnswers', 'large')];
    if (allowedCounts.includes(0)) throw new Error('no question is allowed, so the comparison is useless');
    const betterAuth = await openBetterAuth(process.env.DATABASE_ADMIN_URL);

    const cpu = async () => ({
      access: await access.ask('cpu'),
      raw: await raw.ask('cpu'),
      process: ownCpu(),
      ...(await owners.cpu()),
    });
    /**
     * Measures calls one after the other. `measure` returns their durations. `processes` names the processes whose CPU
     * time counts.
     */
    const run = async (processes, measure) => {
      const cpuBefore = await cpu();
      const durations = await measure();
      const cpuAfter = await cpu();
      return {
        operations: durations.length,
        ms: durations.reduce((sum, duration) => sum + duration, 0),
        latency: latencies(durations),
        cpu: Object.fromEntries(processes.map((name) => [name, cpuAfter[name] - cpuBefore[name]])),
      };
    };
    const ownersAndServers = ['identity', 'teams', 'products', 'nats', 'postgres'];
    const runRaw = (name) => run(['raw', 'postgres'], () => raw.ask('measure', { name, count: CHECKS[name] }));
    const runOurs = (name, position) =>
      run(
        position === 'first' ? ['access', ...ownersAndServers] : [],
        async () => (await access.ask('measureFirstAndSecondChecks', { name, count: CHECKS[name] }))[position],
      );
    const runBetterAuth = () =>
      run(['process', 'postgres'], async () => {
        const durations = [];
        for (let count = 0; count < CHECKS.small; count += 1) {
          const start = performance.now();
          await betterAuth.hasPermission();
          durations.push(performance.now() - start);
        }
        return durations;
      });
    return {
      unit: 'checks/s',
      subjects: [
        { name: names.rawSmall, role: 'limit', of: 'small', run: () => runRaw('small') },
        { name: names.small, role: 'ours', of: 'small', run: () => runOurs('small', 'first') },
        { name: names.second, role: 'variant', run: () => runOurs('small', 'second') },
        betterAuth
          ? { name: names.auth, role: 'peer', run: runBetterAuth }
          : { name: names.auth, role: 'peer', missing: NOT_INSTALLED },
        { name: names.rawLarge, role: 'limit', of: 'large', run: () => runRaw('large') },
        { name: names.large, role: 'ours', of: 'large', run: () => runOurs('large', 'first') },
      ],
      goals: [
        latencyAtMost('p95', 10, names.small, names.rawSmall),
        latencyAtMost('p95', 250, names.large, names.rawLarge),
        {
          ...atMost(3, 'small organization: ≤ 3 × the time of the raw rows', (results) => {
            const rateRatio = ratio(results, names.small, names.rawSmall);
            return rateRatio === null ? null : 1 / rateRatio;
          }),
          ours: names.small,
          limit: names.rawSmall,
        },
        atLeast(1, '× better-auth hasPermission, from the second check on', names.second, names.auth),
      ],
      notes: () => [
        `small: ${describe(organizations.small[0])}; large: ${describe(organizations.large[0])}.`,
        'An access cache that keeps one organization checks in one organization after the other, one call at a time. ' +
          'The first check loads the snapshots from the databases of identity, teams and products.',
        `The index gives the same answer to all ${QUESTIONS.small} questions about each small and ` +
          `${QUESTIONS.large.toLocaleString('en')} questions about each large organization.`,
        'The raw statements read as many rows.',
      ],
      close: () => betterAuth?.close(),
    };
  },
};

function randomOrganizations({ seed, scale }) {
  const now = new Date();
  const create = (name, options) =>
    Array.from({ length: ORGANIZATIONS[name] }, (_, index) =>
      randomOrganization(seed * 1_000 + index, { now, ...options }),
    );
  return { small: create('small', { size: SMALL_SIZE }), large: create('large', { scale }) };
}

/** Starts the process with the access cache. Each question has the answer of an index that is built from the rows. */
function startColdAccess(organizations, { seed, logs, cpuProfileFolder }) {
  const at = new Date();
  const withQuestions = ([name, list]) => [
    name,
    list.map((organization) => {
      const index = indexRights(organization, at);
      return {
        organizationId: organization.organizationId,
        questions: randomQuestions(seed + 3, organization, QUESTIONS[name], { at }).map((question) => ({
          ...question,
          isAllowed:
            index
              .get(question.accountId)
              ?.get(question.resourceId ?? question.productId)
              ?.has(question.right) ?? false,
        })),
      };
    }),
  ];
  return startChild(
    new URL('cold-access.process.mjs', import.meta.url),
    { organizations: Object.fromEntries(Object.entries(organizations).map(withQuestions)) },
    { logs, cpuProfileFolder },
  );
}

/** Throws when the raw statements do not read the rows of the organization. */
async function requireSameRows(raw, { organizationId, rows }) {
  const counts = await raw.ask('countRows', organizationId);
  for (const [table, list] of Object.values(rows).flatMap(({ changed: _changed, ...tables }) => Object.entries(tables)))
    if (counts[table] !== list.length)
      throw new Error(`raw pg reads ${counts[table]} ${table} instead of ${list.length}`);
}

const describe = ({ rows: { people, grants, products } }) =>
  [
    `${people.people.length.toLocaleString('en')} people`,
    `${grants.teams.length.toLocaleString('en')} teams`,
    `${products.products.length.toLocaleString('en')} products`,
    `${products.resources.length.toLocaleString('en')} resources`,
    `${grants.grants.length.toLocaleString('en')} grants`,
  ].join(', ');

const mapValues = (values, convert) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, convert(value)]));
