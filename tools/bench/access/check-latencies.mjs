import { latencies, quantile } from '../harness/statistics.mjs';

/**
 * Measures single checks in milliseconds and subtracts the time of reading the clock. Each question is read before its
 * check, because a real caller has just decoded it.
 */
export function checkLatencies(questions, check) {
  const durations = new Float64Array(questions.length);
  const clockDurations = new Float64Array(questions.length);
  for (let index = 0; index < questions.length; index += 1) {
    touch(questions[index]);
    const before = performance.now();
    const start = performance.now();
    check(questions[index]);
    const end = performance.now();
    clockDurations[index] = start - before;
    durations[index] = end - start;
  }
  const overhead = quantile(clockDurations, 0.5);
  return { quantiles: latencies(durations.map((value) => Math.max(0, value - overhead))), overheadNs: overhead * 1e6 };
}

const emptySet = new Set(['']);
/** Reads the strings of a question: a lookup in a set calculates their hashes. */
const touch = ({ accountId, right, productId, resourceId }) =>
  emptySet.has(accountId) || emptySet.has(right) || emptySet.has(productId) || emptySet.has(resourceId);
