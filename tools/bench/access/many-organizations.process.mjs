// Measures the access cache with more organizations than fit into memory: hit rate, load time, estimated size.
import { zipf } from '../../measurement/random.mjs';
import { randomWithIds } from '../harness/random-ids.mjs';
import { handleRequests } from '../harness/handle-requests.mjs';
import { latencies } from '../../measurement/statistics.mjs';
import { encodeSnapshot, localAccessCache } from './access-cache.mjs';
import { randomOrganization } from './random-organization.mjs';
import { randomQuestions } from './random-questions.mjs';

/**
 * Number of organizations with different contents. Creating the contents of every organization takes too long, so the
 * other organizations have the same contents under another id.
 */
const TEMPLATES = 3;
const CHECKS_PER_VISIT = 100;
/** Counting ends after this number of loads, of visits per organization, or of milliseconds. */
const MAX_LOADS = 120;
const MAX_VISITS_PER_ORGANIZATION = 20;
const MAX_MS = 40_000;

let options;
handleRequests({
  start: (input) => {
    options = input;
  },
  measure,
});

async function measure() {
  const { seed, scale, organizationCount, mib } = options;
  const at = new Date();
  const random = randomWithIds(seed + mib);
  const templates = Array.from({ length: TEMPLATES }, (_, index) => {
    const organization = randomOrganization(seed + 100 + index, { scale, now: at });
    return {
      pages: encodeSnapshot(organization),
      questions: randomQuestions(seed + 200 + index, organization, 5_000, { at }),
    };
  });
  const ids = Array.from({ length: organizationCount }, () => random.id('org'));
  const templateOf = new Map(ids.map((id, index) => [id, templates[index % TEMPLATES]]));
  const cache = localAccessCache((id) => templateOf.get(id).pages, mib * 1_048_576);
  globalThis.gc();
  const heapBefore = heapBytes();
  const randomIndex = zipf(random, organizationCount);
  const loads = [];
  let [hitCount, visitCount] = [0, 0];
  const visit = async ({ isCounted }) => {
    const id = ids[randomIndex()];
    const { questions } = templateOf.get(id);
    const start = performance.now();
    const isCached = cache.peek(id) !== undefined;
    const access = await cache.forOrganization(id);
    if (!isCached && isCounted) loads.push(performance.now() - start);
    if (isCounted) visitCount += 1;
    if (isCounted && isCached) hitCount += 1;
    for (let count = 0; count < CHECKS_PER_VISIT; count += 1) access.check(questions[random.below(questions.length)]);
  };
  const fillStart = performance.now();
  // Fill the cache before counting.
  for (let isFull = false; !isFull && performance.now() - fillStart < MAX_MS;) {
    const cachedBefore = cache.size.organizations;
    await visit({ isCounted: false });
    isFull = cache.size.organizations < cachedBefore || cache.size.organizations === organizationCount;
  }
  const countStart = performance.now();
  while (
    performance.now() - countStart < MAX_MS &&
    loads.length < MAX_LOADS &&
    visitCount < organizationCount * MAX_VISITS_PER_ORGANIZATION
  )
    await visit({ isCounted: true });
  globalThis.gc();
  const { organizations: cachedCount, bytes } = cache.size;
  return {
    cachedCount,
    hitRate: hitCount / visitCount,
    loadMs: latencies(loads),
    estimatedBytes: bytes,
    heapBytes: heapBytes() - heapBefore,
  };
}

function heapBytes() {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
