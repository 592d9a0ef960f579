// Measures the costs of one organization of a given size in its own process.
import { handleRequests } from '../harness/handle-requests.mjs';
import { median } from '../../measurement/statistics.mjs';
import { encodeSnapshot, localAccessCache } from './access-cache.mjs';
import { randomOrganization } from './random-organization.mjs';
import { randomQuestions } from './random-questions.mjs';

const PEOPLE = 100;
/** The limit of the access cache: more than an organization needs, so that the cache evicts nothing. */
const CACHE_BYTES = 1e12;
let options;
handleRequests({ start: (input) => void (options = input), measure });

async function measure() {
  const { seed, scale, rounds } = options;
  const at = new Date();
  const organization = randomOrganization(seed, { scale, now: at });
  const grantCount = organization.rows.grants.grants.length;
  const { organizationId } = organization;
  const pages = encodeSnapshot(organization);
  const questions = randomQuestions(seed + 1, organization, 100_000, { at });
  const accounts = [...new Set(questions.map(({ accountId }) => accountId))];
  organization.rows = undefined;

  const loads = [];
  const heapBefore = heapBytes();
  let access;
  let cache;
  for (let round = 0; round <= rounds; round += 1) {
    access = cache = undefined;
    cache = localAccessCache(() => pages, CACHE_BYTES);
    const start = performance.now();
    access = await cache.forOrganization(organizationId);
    // Round 0 is a warm-up.
    if (round > 0) loads.push(performance.now() - start);
  }
  const snapshotBytes = heapBytes() - heapBefore;
  const snapshotEstimate = access.sizeInBytes;

  const activeAccounts = accounts.filter((accountId) => !access.people.find(accountId).isBlocked);
  const questionOf = new Map(questions.map((question) => [question.accountId, question]));
  const people = activeAccounts.slice(0, PEOPLE);
  const firstCheckUs = medianDuration(people, (accountId) => access.check(questionOf.get(accountId)));
  const chosenAccounts = new Set(people);
  const peopleBytes = heapBytes() - heapBefore - snapshotBytes;
  const questionsOfPeople = questions.filter(({ accountId }) => chosenAccounts.has(accountId));
  const checks = runRounds(rounds, () => meanDuration(questionsOfPeople, (question) => access.check(question)));
  const entryDurations = runRounds(rounds, () =>
    medianDuration(people, (accountId) => access.listAccessEntries(accountId, at)),
  );
  const holderDurations = runRounds(rounds, () =>
    medianDuration(questions.slice(0, PEOPLE), ({ right, productId, resourceId }) =>
      access.findAccountsWithRight({ right, productId, resourceId, at }),
    ),
  );
  return {
    grantCount,
    loadMs: median(loads),
    checkUs: median(checks),
    firstCheckUs,
    entriesUs: median(entryDurations),
    holdersUs: median(holderDurations),
    snapshotBytes,
    snapshotEstimate,
    peopleBytes,
    personCount: people.length,
    entryCount: median(people.map((accountId) => access.listAccessEntries(accountId, at).length)),
    holderCount: Math.max(
      1,
      median(
        questions
          .slice(0, PEOPLE)
          .map(
            ({ right, productId, resourceId }) =>
              access.findAccountsWithRight({ right, productId, resourceId, at }).length,
          ),
      ),
    ),
    totalBytes: snapshotBytes + peopleBytes,
    totalEstimate: access.sizeInBytes,
  };
}

/** Runs a warm-up round and the counted rounds. Returns the results of the counted rounds. */
const runRounds = (rounds, run) => Array.from({ length: rounds + 1 }, run).slice(1);

/** Calls the function once per value. Returns the median duration of a call in µs. */
const medianDuration = (values, call) =>
  median(
    values.map((value) => {
      const start = performance.now();
      call(value);
      return (performance.now() - start) * 1_000;
    }),
  );

/** Calls the function once per value. Returns the mean duration of a call in µs. */
function meanDuration(values, call) {
  const start = performance.now();
  for (const value of values) call(value);
  return ((performance.now() - start) * 1_000) / values.length;
}

function heapBytes() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
