import { StepFailure } from '../run/step-failure.mjs';

const latencyMetrics = ['mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max'];
const countMetrics = ['errors', 'shed'];
const rateMetrics = ['goodput'];
const metrics = [...latencyMetrics, ...countMetrics, ...rateMetrics];
const comparisons = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** Examples for the help and for error messages. */
export const thresholdExamples = "'p99<50', 'errors<0.1%', 'goodput>=200', 'createTeam.p95<=100', 'beside.p99<20'";

/**
 * Parses a threshold: `p99<50` (milliseconds), `errors<0.1%` (share of the requests), `errors<=3` (number),
 * `goodput>=200` (successful answers per second). A prefix selects a step or the stream of `--beside`:
 * `createTeam.p95<100`, `beside.p99<20`, `beside.listTeams.p99<20`.
 */
export function parseThreshold(text) {
  const match =
    /^\s*(?:(?<prefix>.+?)\.)?(?<metric>p99\.9|[a-z]+\d*)\s*(?<operator><=|>=|<|>)\s*(?<limit>.+?)\s*$/.exec(text);
  const fail = (problem) => {
    throw new StepFailure(`--threshold '${text}': ${problem}. Examples: ${thresholdExamples}`);
  };
  if (!match) return fail('must be a metric, a comparison and a number');
  const { prefix, metric, operator, limit } = match.groups;
  if (!metrics.includes(metric)) return fail(`"${metric}" is not a metric: use ${metrics.join(', ')}`);
  const number = /^(\d+(?:\.\d+)?)\s*(%|ms|s|\/s)?$/.exec(limit);
  if (!number) return fail(`"${limit}" is not a number`);
  const unit = number[2];
  const allowedUnits = latencyMetrics.includes(metric) ? ['ms', 's'] : countMetrics.includes(metric) ? ['%'] : ['/s'];
  if (unit && !allowedUnits.includes(unit))
    return fail(`${metric} has no unit ${unit}: use ${allowedUnits.join(', ')}`);
  const isBeside = prefix === 'beside' || prefix?.startsWith('beside.');
  return {
    text: text.trim(),
    stream: isBeside ? 'beside' : 'main',
    step: isBeside ? prefix.slice('beside.'.length) || undefined : prefix,
    metric,
    operator,
    isShare: unit === '%',
    limit: Number(number[1]) * (unit === 's' ? 1_000 : 1),
  };
}

/**
 * Compares the thresholds with the results of a phase, `{ main, beside }`. A threshold whose figure does not exist is
 * missed: without an answer, no latency is below a limit.
 */
export function evaluateThresholds(thresholds, results) {
  return thresholds.map((threshold) => {
    const value = valueOf(threshold, results[threshold.stream]);
    const isMet = value !== undefined && comparisons[threshold.operator](value, threshold.limit);
    return { threshold: threshold.text, value: value ?? null, isMet };
  });
}

function valueOf({ step, metric, isShare }, result) {
  const figures = step ? result?.steps[step] : result;
  if (!figures || figures.planned === 0) return undefined;
  if (metric === 'goodput') return figures.goodput;
  if (countMetrics.includes(metric)) {
    const count = metric === 'errors' ? figures.errors : figures.shed;
    return isShare ? (100 * count) / figures.planned : count;
  }
  return figures.latency.ok[metric];
}
