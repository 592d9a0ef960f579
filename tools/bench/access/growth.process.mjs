// What an organization of some size costs, in an otherwise empty process.
import { serveParent } from '../harness/serve-parent.mjs';
import { median } from '../harness/statistics.mjs';
import { encodeSnapshot, localCopy } from './access-cache.mjs';
import { drawOrganization } from './organization.mjs';
import { drawQuestions } from './questions.mjs';

const PEOPLE = 100;
let asked;
serveParent({ start: (input) => void (asked = input), measure });

async function measure() {
  const { seed, scale, rounds } = asked;
  const at = new Date();
  const organization = drawOrganization(seed, { scale, now: at });
  const grants = organization.rows.grants.grants.length;
  const { organizationId } = organization;
  const pages = encodeSnapshot(organization);
  const questions = drawQuestions(seed + 1, organization, 100_000, { at });
  const accounts = [...new Set(questions.map(({ accountId }) => accountId))];
  organization.rows = undefined;

  const loads = [];
  const before = heap();
  let access;
  let copy;
  for (let round = 0; round <= rounds; round += 1) {
    access = copy = undefined;
    copy = localCopy(() => pages, 1e12);
    const start = performance.now();
    access = await copy.forOrganization(organizationId);
    if (round > 0) loads.push(performance.now() - start);
  }
  const snapshotBytes = heap() - before;
  const snapshotWeight = access.weight;

  const living = accounts.filter((accountId) => !access.people.find(accountId).isBlocked);
  const byPerson = new Map(questions.map((question) => [question.accountId, question]));
  const asking = living.slice(0, PEOPLE);
  const firstUs = medianOf(asking, (accountId) => access.check(byPerson.get(accountId)));
  const few = new Set(asking);
  const standingBytes = heap() - before - snapshotBytes;
  const known = questions.filter(({ accountId }) => few.has(accountId));
  const checks = roundsOf(rounds, () => perCall(known, (question) => access.check(question)));
  const whatCan = roundsOf(rounds, () => medianOf(asking, (accountId) => access.whatCan(accountId, at)));
  const whoHas = roundsOf(rounds, () =>
    medianOf(questions.slice(0, PEOPLE), ({ right, productId, resourceId }) =>
      access.whoHas({ right, productId, resourceId, at }),
    ),
  );
  return {
    grants,
    loadMs: median(loads),
    checkUs: median(checks),
    firstUs,
    whatCanUs: median(whatCan),
    whoHasUs: median(whoHas),
    snapshotBytes,
    snapshotWeight,
    standingBytes,
    people: asking.length,
    holdings: median(asking.map((accountId) => access.whatCan(accountId, at).length)),
    holders: Math.max(
      1,
      median(
        questions
          .slice(0, PEOPLE)
          .map(({ right, productId, resourceId }) => access.whoHas({ right, productId, resourceId, at }).length),
      ),
    ),
    allBytes: snapshotBytes + standingBytes,
    allWeight: access.weight,
  };
}

const roundsOf = (rounds, run) => Array.from({ length: rounds + 1 }, run).slice(1);

/** The median of single calls, µs. */
const medianOf = (values, call) =>
  median(
    values.map((value) => {
      const start = performance.now();
      call(value);
      return (performance.now() - start) * 1_000;
    }),
  );

/** All of them, and what one took, µs. */
function perCall(values, call) {
  const start = performance.now();
  for (const value of values) call(value);
  return ((performance.now() - start) * 1_000) / values.length;
}

function heap() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
