import { runFor } from '../harness/closed-loop.mjs';
import { ownCpu } from '../harness/cpu.mjs';
import { startChild } from '../harness/child.mjs';
import { atLeast, latencyAtMost } from '../harness/goals.mjs';
import { notInstalled } from '../harness/peers.mjs';
import { progress } from '../harness/progress.mjs';
import { encodeSnapshot, localCopy } from './access-cache.mjs';
import { drawOrganization } from './organization.mjs';
import { abilities, policyEnforcer } from './peer-policies.mjs';
import { drawQuestions } from './questions.mjs';
import { indexRights } from './rights-index.mjs';
import { checkLatencies } from './check-latencies.mjs';

const QUESTIONS = 200_000;
const RUN_MS = 500;
/** What casbin is given: 11,000 rules, of which 1,800 say who is in which team. */
const PLAIN_SCALE = 0.2;
const PLAIN_GRANTS_SCALE = 0.184;

/** P1a: checks inside a service, answered from the local copy. */
export const checkFromMemory = {
  id: 'P1a',
  title: 'access check inside a service, from the local copy, random people and things',
  async open({ seed, scale, organizations, logs, profile }) {
    const at = new Date();
    const organization = drawOrganization(seed, { scale, now: at });
    const { organizationId } = organization;
    const questions = drawQuestions(seed + 1, organization, QUESTIONS, { at });
    progress('P1a: working the limit out in advance');
    const limit = new Map([[organizationId, indexRights(organization, at)]]);
    const pages = encodeSnapshot(organization);
    const copy = localCopy(() => pages, 16 * 1_048_576 * 1_024);
    await copy.forOrganization(organizationId);

    const ask = (question) => copy.peek(organizationId).check(question);
    const lookUp = ({ accountId, right, productId, resourceId }) =>
      limit
        .get(organizationId)
        ?.get(accountId)
        ?.get(resourceId ?? productId)
        ?.has(right) ?? false;
    progress('P1a: comparing the answers of both');
    const yes = compareAnswers(questions, ask, lookUp, 'the index made in advance');
    const peers = await openPeers(seed, at);

    const ours = 'Cordée, AccessCopy.peek().check()';
    const index = 'nested Maps made in advance';
    let latency;
    return {
      unit: 'checks/s',
      subjects: [
        { name: index, role: 'limit', run: () => timed(questions, lookUp) },
        ...peers,
        {
          name: ours,
          role: 'ours',
          run: () => ({ ...timed(questions, ask), latency: (latency = checkLatencies(questions, ask)).quantiles }),
        },
      ],
      goals: [
        atLeast(0.6, 'of the Map index', ours, index),
        atLeast(300, '× casbin at 11,000 rules', ours, 'casbin'),
        latencyAtMost('p99', 0.005, ours),
      ],
      tables: [
        () => firstChecks(organization, pages, questions),
        () => manyOrganizations({ seed, scale, organizations, logs, profile }),
      ],
      notes: () => [
        `${questions.length.toLocaleString('en')} questions, ${((100 * yes) / questions.length).toFixed(0)} % answered with yes; all of them answered like the index.`,
        `Latency: each check between two looks at the clock, ${latency.overheadNs.toFixed(0)} ns taken off for the looks. Peers: a smaller organization with nothing but product grants.`,
      ],
    };
  },
};

function timed(questions, check, ms = RUN_MS, batch = 256) {
  const before = ownCpu();
  let place = 0;
  const done = runFor(
    ms,
    () => {
      check(questions[place]);
      place = place + 1 === questions.length ? 0 : place + 1;
    },
    batch,
  );
  return { ...done, cpu: { process: ownCpu() - before } };
}

/** Both have to say the same, or there is nothing to compare. How often it was yes. */
function compareAnswers(questions, ask, other, name) {
  let yes = 0;
  for (const question of questions) {
    const answer = ask(question);
    if (answer !== other(question))
      throw new Error(`Cordée says ${answer} and ${name} ${!answer}: ${JSON.stringify(question)}`);
    if (answer) yes += 1;
  }
  return yes;
}

async function openPeers(seed, at) {
  const plain = drawOrganization(seed, { scale: PLAIN_SCALE, plain: true, now: at });
  plain.rows.grants.grants.length = Math.min(plain.rows.grants.grants.length, Math.round(50_000 * PLAIN_GRANTS_SCALE));
  const pages = encodeSnapshot(plain);
  const copy = localCopy(() => pages, 1e9);
  const { organizationId } = plain;
  await copy.forOrganization(organizationId);
  const questions = drawQuestions(seed + 2, plain, 5_000, { at });
  const ask = (question) => copy.peek(organizationId).check(question);
  const subjects = [];
  for (const [name, open, sample, batch] of [
    ['casbin', policyEnforcer, 100, 1],
    ['@casl/ability', abilities, 5_000, 64],
  ]) {
    const check = await open(plain);
    if (check) compareAnswers(questions.slice(0, sample), ask, check, name);
    subjects.push(
      check
        ? { name, role: 'peer', run: () => timed(questions, check, RUN_MS, batch) }
        : { name, role: 'peer', missing: notInstalled },
    );
  }
  return subjects;
}

/** What the first check of a person costs, before it is known by way of whom grants reach them. */
async function firstChecks(organization, pages, questions) {
  const copy = localCopy(() => pages, 1e9);
  const access = await copy.forOrganization(organization.organizationId);
  const seen = new Set();
  const first = questions.filter(({ accountId }) => !seen.has(accountId) && seen.add(accountId)).slice(0, 500);
  const { quantiles } = checkLatencies(first, (question) => access.check(question));
  return {
    title: 'The first check of a person works out by way of whom grants reach them, ms:',
    columns: ['p50', 'p95', 'p99', 'max'],
    rows: [[quantiles.p50, quantiles.p95, quantiles.p99, quantiles.max]],
  };
}

/** The copy under a memory bound, in a process of its own. */
async function manyOrganizations({ seed, scale, organizations, logs, profile }) {
  const rows = [];
  for (const mib of [128, 512]) {
    progress(`P1a: ${organizations} organizations in ${mib} MiB`);
    const child = await startChild(
      new URL('many-organizations.process.mjs', import.meta.url),
      { seed, scale, organizations, mib },
      { logs, profile, memory: 8_192 },
    );
    const found = await child.ask('measure');
    rows.push([
      `${mib} MiB`,
      found.resident,
      `${(found.hitRate * 100).toFixed(1)} %`,
      found.loadMs.p50,
      found.loadMs.p95,
      found.saidBytes / 1_048_576,
      found.heapBytes / 1_048_576,
      found.heapBytes / found.saidBytes,
    ]);
    await child.stop();
  }
  return {
    title: `${organizations} organizations of this size behind one copy, asked for by Zipf (the n-th 1/n as often), a hundred checks each time:`,
    columns: ['bound', 'resident', 'found there', 'load ms p50', 'p95', 'weight MiB', 'heap MiB', 'heap / weight'],
    rows,
  };
}
