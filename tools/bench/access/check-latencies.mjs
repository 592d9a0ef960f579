import { latencies, quantile } from '../../measurement/statistics.mjs';

/**
 * Measures the duration of each check in milliseconds, less the time that reading the clock takes. Each question is
 * read before its check, because a real caller has just decoded the question.
 */
export function checkLatencies(questions, check) {
  const durations = new Float64Array(questions.length);
  const clockDurations = new Float64Array(questions.length);
  for (let index = 0; index < questions.length; index += 1) {
    readStrings(questions[index]);
    const clockStart = performance.now();
    const start = performance.now();
    check(questions[index]);
    const end = performance.now();
    clockDurations[index] = start - clockStart;
    durations[index] = end - start;
  }
  const MEDIAN = 0.5;
  const overhead = quantile(clockDurations, MEDIAN);
  return { quantiles: latencies(durations.map((value) => Math.max(0, value - overhead))), overheadNs: overhead * 1e6 };
}

const lookupSet = new Set(['']);
/** Reads the strings of a question. The lookup in a set makes the engine calculate the hash of each string. */
const readStrings = ({ accountId, right, productId, resourceId }) =>
  lookupSet.has(accountId) || lookupSet.has(right) || lookupSet.has(productId) || lookupSet.has(resourceId);
