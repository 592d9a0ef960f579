import { latencies, quantile } from '../harness/statistics.mjs';

/**
 * Single checks between two looks at the clock, in milliseconds; what the looks cost is measured beside and taken off. A caller has just read or
 * decoded its question, so it is touched before.
 */
export function checkLatencies(questions, check) {
  const taken = new Float64Array(questions.length);
  const looks = new Float64Array(questions.length);
  for (let place = 0; place < questions.length; place += 1) {
    touch(questions[place]);
    const before = performance.now();
    const start = performance.now();
    check(questions[place]);
    const end = performance.now();
    looks[place] = start - before;
    taken[place] = end - start;
  }
  const overhead = quantile(looks, 0.5);
  return { quantiles: latencies(taken.map((value) => Math.max(0, value - overhead))), overheadNs: overhead * 1e6 };
}

const known = new Set(['']);
const touch = ({ accountId, right, productId, resourceId }) =>
  known.has(accountId) || known.has(right) || known.has(productId) || known.has(resourceId);
