// More organizations than memory: how many stay, how often what is asked for is there, what a load costs, and what they weigh.
import { randomFrom, zipf } from '../harness/random.mjs';
import { serveParent } from '../harness/serve-parent.mjs';
import { latencies } from '../harness/statistics.mjs';
import { encodeSnapshot, localCopy } from './access-cache.mjs';
import { drawOrganization } from './organization.mjs';
import { drawQuestions } from './questions.mjs';

/** Organizations differ by their ids; what is in them is drawn this often, for all of it would take longer than it tells. */
const TEMPLATES = 3;
const CHECKS = 100;
const LEAST_LOADS = 30;
const MOST_MS = 40_000;

let asked;
serveParent({
  start: (input) => {
    asked = input;
  },
  measure,
});

async function measure() {
  const { seed, scale, organizations, mib } = asked;
  const at = new Date();
  const random = randomFrom(seed + mib);
  const templates = Array.from({ length: TEMPLATES }, (_, place) => {
    const organization = drawOrganization(seed + 100 + place, { scale, now: at });
    return {
      pages: encodeSnapshot(organization),
      questions: drawQuestions(seed + 200 + place, organization, 5_000, { at }),
    };
  });
  const ids = Array.from({ length: organizations }, () => random.id('org'));
  const templateOf = new Map(ids.map((id, place) => [id, templates[place % TEMPLATES]]));
  const copy = localCopy((id) => templateOf.get(id).pages, mib * 1_048_576);
  globalThis.gc();
  const empty = heap();
  const draw = zipf(random, organizations);
  const loads = [];
  let [hits, choices] = [0, 0];
  const visit = async (isCounted) => {
    const id = ids[draw()];
    const { questions } = templateOf.get(id);
    const start = performance.now();
    const isThere = copy.peek(id) !== undefined;
    const access = await copy.forOrganization(id);
    if (!isThere && isCounted) loads.push(performance.now() - start);
    if (isCounted) choices += 1;
    if (isCounted && isThere) hits += 1;
    for (let count = 0; count < CHECKS; count += 1) access.check(questions[random.below(questions.length)]);
  };
  const begun = performance.now();
  // Until the copy is full, nothing is counted.
  for (let full = false; !full && performance.now() - begun < MOST_MS;) {
    const before = copy.size.organizations;
    await visit(false);
    full = copy.size.organizations < before || copy.size.organizations === organizations;
  }
  const counted = performance.now();
  while (performance.now() - counted < MOST_MS && loads.length < LEAST_LOADS * 4 && choices < organizations * 20)
    await visit(true);
  globalThis.gc();
  const { organizations: resident, bytes } = copy.size;
  return { resident, hitRate: hits / choices, loadMs: latencies(loads), saidBytes: bytes, heapBytes: heap() - empty };
}

function heap() {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
