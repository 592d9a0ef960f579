import { runFor } from '../harness/closed-loop.mjs';
import { ownCpu } from '../../measurement/cpu.mjs';
import { startChild } from '../harness/child.mjs';
import { atLeast, latencyAtMost } from '../harness/goals.mjs';
import { NOT_INSTALLED } from '../harness/peers.mjs';
import { progress } from '../harness/progress.mjs';
import { encodeSnapshot, localAccessCache } from './access-cache.mjs';
import { randomOrganization } from './random-organization.mjs';
import { openCasbin, openCasl } from './peer-policies.mjs';
import { randomQuestions } from './random-questions.mjs';
import { indexRights } from './rights-index.mjs';
import { checkLatencies } from './check-latencies.mjs';

/** The limit of the access cache: more than an organization needs, so that the cache evicts nothing. */
const CACHE_BYTES = 16 * 1_024 ** 3;
const QUESTIONS = 200_000;
const RUN_MS = 500;
/**
 * Scales of the organization for the peers: the first for everything except the grants, the second for the grants.
 * casbin then has 11,000 rules; 1,800 of the rules are team memberships.
 */
const PLAIN_SCALE = 0.2;
const PLAIN_GRANTS_SCALE = 0.184;

/** P1a: measures checks inside a service, from the access cache. */
export const checkFromMemory = {
  id: 'P1a',
  title: 'access check inside a service, from the access cache, random people and objects',
  async open({ seed, scale, organizations, logs, cpuProfileFolder }) {
    const at = new Date();
    const organization = randomOrganization(seed, { scale, now: at });
    const { organizationId } = organization;
    const questions = randomQuestions(seed + 1, organization, QUESTIONS, { at });
    progress('P1a: building the Map index, which is the limit');
    const indexByOrganization = new Map([[organizationId, indexRights(organization, at)]]);
    const pages = encodeSnapshot(organization);
    const cache = localAccessCache(() => pages, CACHE_BYTES);
    await cache.forOrganization(organizationId);

    const check = (question) => cache.peek(organizationId).check(question);
    const lookUp = ({ accountId, right, productId, resourceId }) =>
      indexByOrganization
        .get(organizationId)
        ?.get(accountId)
        ?.get(resourceId ?? productId)
        ?.has(right) ?? false;
    progress('P1a: comparing the answers of the access cache and the Map index');
    const allowedCount = requireSameAnswers(questions, check, lookUp, 'the index built in advance');
    const peers = await openPeers(seed, at);

    const oursName = 'Cordée, AccessCache.peek().check()';
    const indexName = 'nested Maps built in advance';
    let latency;
    return {
      unit: 'checks/s',
      subjects: [
        { name: indexName, role: 'limit', run: () => measureChecks(questions, lookUp) },
        ...peers,
        {
          name: oursName,
          role: 'ours',
          run: () => ({
            ...measureChecks(questions, check),
            latency: (latency = checkLatencies(questions, check)).quantiles,
          }),
        },
      ],
      goals: [
        atLeast(1, 'of the Map index', oursName, indexName),
        atLeast(3_000, '× casbin at 11,000 rules', oursName, 'casbin'),
        latencyAtMost('p99', 0.004, oursName),
      ],
      tables: [
        () => firstChecks(organization, pages, questions),
        () => manyOrganizations({ seed, scale, organizations, logs, cpuProfileFolder }),
      ],
      notes: () => [
        `${questions.length.toLocaleString('en')} questions, ` +
          `${((100 * allowedCount) / questions.length).toFixed(0)} % of them allowed. ` +
          'The index gives the same answer to every question.',
        `The latency of a check excludes the ${latency.overheadNs.toFixed(0)} ns that reading the clock takes.`,
        'The peers check a smaller organization that has only grants on products.',
      ],
    };
  },
};

/** `batch` is the number of checks between two readings of the clock; it is smaller for a slow check. */
function measureChecks(questions, check, ms = RUN_MS, batch = 256) {
  const cpuBefore = ownCpu();
  let index = 0;
  const result = runFor(
    ms,
    () => {
      check(questions[index]);
      index = index + 1 === questions.length ? 0 : index + 1;
    },
    batch,
  );
  return { ...result, cpu: { process: ownCpu() - cpuBefore } };
}

/** Throws when the two checks give different answers. Returns the number of allowed questions. */
function requireSameAnswers(questions, check, otherCheck, otherName) {
  let allowedCount = 0;
  for (const question of questions) {
    const answer = check(question);
    if (answer !== otherCheck(question))
      throw new Error(`Cordée answers ${answer} and ${otherName} ${!answer}: ${JSON.stringify(question)}`);
    if (answer) allowedCount += 1;
  }
  return allowedCount;
}

async function openPeers(seed, at) {
  const plainOrganization = randomOrganization(seed, { scale: PLAIN_SCALE, isPlain: true, now: at });
  // 50,000 is the number of grants at scale 1.
  plainOrganization.rows.grants.grants.length = Math.min(
    plainOrganization.rows.grants.grants.length,
    Math.round(50_000 * PLAIN_GRANTS_SCALE),
  );
  const pages = encodeSnapshot(plainOrganization);
  const cache = localAccessCache(() => pages, CACHE_BYTES);
  const { organizationId } = plainOrganization;
  await cache.forOrganization(organizationId);
  const questions = randomQuestions(seed + 2, plainOrganization, 5_000, { at });
  const checkOurs = (question) => cache.peek(organizationId).check(question);
  const subjects = [];
  for (const [name, open, comparedQuestions, batch] of [
    ['casbin', openCasbin, 100, 1],
    ['@casl/ability', openCasl, 5_000, 64],
  ]) {
    const check = await open(plainOrganization);
    if (check) requireSameAnswers(questions.slice(0, comparedQuestions), checkOurs, check, name);
    subjects.push(
      check
        ? { name, role: 'peer', run: () => measureChecks(questions, check, RUN_MS, batch) }
        : { name, role: 'peer', missing: NOT_INSTALLED },
    );
  }
  return subjects;
}

/** Measures the first check of each person, which also collects the paths by which grants reach the person. */
async function firstChecks(organization, pages, questions) {
  const cache = localAccessCache(() => pages, CACHE_BYTES);
  const access = await cache.forOrganization(organization.organizationId);
  const checkedIds = new Set();
  const firstQuestions = questions
    .filter(({ accountId }) => !checkedIds.has(accountId) && checkedIds.add(accountId))
    .slice(0, 500);
  const { quantiles } = checkLatencies(firstQuestions, (question) => access.check(question));
  return {
    title: 'First check of a person, which also collects the paths of grants to the person, ms:',
    columns: ['p50', 'p95', 'p99', 'max'],
    rows: [[quantiles.p50, quantiles.p95, quantiles.p99, quantiles.max]],
  };
}

/** Measures access caches with a memory limit, each in its own process. */
async function manyOrganizations({ seed, scale, organizations, logs, cpuProfileFolder }) {
  const rows = [];
  for (const mib of [128, 512]) {
    progress(`P1a: ${organizations} organizations in ${mib} MiB`);
    const child = await startChild(
      new URL('many-organizations.process.mjs', import.meta.url),
      { seed, scale, organizationCount: organizations, mib },
      { logs, cpuProfileFolder, memoryMib: 8_192 },
    );
    const sample = await child.ask('measure');
    rows.push([
      `${mib} MiB`,
      sample.cachedCount,
      `${(sample.hitRate * 100).toFixed(1)} %`,
      sample.loadMs.p50,
      sample.loadMs.p95,
      sample.estimatedBytes / 1_048_576,
      sample.heapBytes / 1_048_576,
      sample.heapBytes / sample.estimatedBytes,
    ]);
    await child.stop();
  }
  return {
    title:
      `${organizations} organizations of this size in one access cache, ` +
      'visited with a Zipf distribution (organization n is visited 1/n as often as organization 1), ' +
      'a hundred checks per visit:',
    columns: ['limit', 'cached', 'hit rate', 'load ms p50', 'p95', 'estimate MiB', 'heap MiB', 'heap / estimate'],
    rows,
  };
}
