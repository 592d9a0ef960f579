import { RATE_LIMITED } from '../client/outcome.mjs';
import { reasonNotSustained } from '../run/knee.mjs';
import { formatCount, formatMs, formatRate } from './format.mjs';

/** Above this delay, the generator and not Cordée determines the latencies. */
const MAX_START_DELAY_MS = 20;
const MAX_GENERATOR_CPU = 0.9;
/** A refusal that takes longer comes from a timeout, not from a lack of capacity that Cordée noticed at once. */
const MAX_SHED_MS = 1_000;

/** Returns what the reader has to know to interpret the figures. Warnings start with an exclamation mark. */
export function reportNotes(report) {
  const { phases, knee, options, rateLimitPerMinute, generatorCpu, refreshFailures, ops, checks } = report;
  const notes = [];
  if (report.isInterrupted) notes.push('! Ctrl-C ended the run early.');
  if (knee) notes.push(describeKnee(knee));
  if (options.findKnee && knee?.sustained !== undefined && !report.isInterrupted) {
    const reason = reasonNotSustained(phases.at(-1).main, options.kneeP99);
    if (reason)
      notes.push(
        `! ${formatRate(phases.at(-1).rate)}/s was not sustained in the last phase: ${reason}. The knee is lower.`,
      );
  }
  if (options.ramp && phases.length > 1) notes.push(describeOverload(phases));
  const limitedCount = sumOver(phases, (result) => result.codes.shed[RATE_LIMITED] ?? 0);
  if (limitedCount > 0)
    notes.push(
      `! ${formatCount(limitedCount)} answers are 429 ${RATE_LIMITED}: the gateway allows ${rateLimitPerMinute} ` +
        'requests per minute and person (sign-ins: per IP address). The figures measure the limit, not the capacity. ' +
        'Start Cordée with higher limits (docs/guides/load-testers.md), or use more --organizations and --people.',
    );
  const delayOf = ({ main }) => main.startDelay.p99 ?? 0;
  const latestPhase = phases.toSorted((one, other) => delayOf(other) - delayOf(one))[0];
  const startDelay = latestPhase ? delayOf(latestPhase) : 0;
  if (startDelay > MAX_START_DELAY_MS || generatorCpu > MAX_GENERATOR_CPU)
    notes.push(
      `! The generator started requests late: p99 of the delay is ${formatMs(startDelay)} ms in the phase ` +
        `${latestPhase.title}, and the generator used ${Math.round(generatorCpu * 100)} % of a core. The latencies ` +
        'include this delay. Run the generator on another machine.',
    );
  const shedMs = phases.at(-1)?.main.latency.shed.p50;
  if (shedMs > MAX_SHED_MS)
    notes.push(
      `! Half of the shed requests waited ${formatMs(shedMs)} ms or longer. Cordée did not refuse them at once, ` +
        'but after a timeout, and their work may be done.',
    );
  if (report.waitedForConnection > 0)
    notes.push(
      `! ${formatCount(report.waitedForConnection)} requests waited in the generator, because all ` +
        `${formatCount(options.connections)} connections of --connections were in use.`,
    );
  if (refreshFailures > 0) notes.push(`! ${formatCount(refreshFailures)} sessions could not be refreshed.`);
  notes.push(...checks.map(describeCheck));
  for (const { name, failure } of ops)
    if (failure) notes.push(`! no metrics of ${name} for a part of the run: ${failure}`);
  if (options.ops.length === 0)
    notes.push('No CPU, round trips and consumer lag: give the metrics addresses with --ops.');
  else notes.push(...missingMetrics(ops));
  return notes;
}

function describeCheck({ what, failure, found, expected, range: [lowest, highest] = [], isMet }) {
  if (failure) return `! ${what} could not be counted: ${failure}`;
  const tolerance =
    lowest === highest
      ? ''
      : `; from ${formatCount(lowest)} to ${formatCount(highest)} is possible, because requests without a successful ` +
        'answer may have had their effect';
  const counts = `${formatCount(found)} found, ${formatCount(expected)} expected from the answers`;
  return `${isMet ? '' : '! '}${what}: ${counts}${tolerance}`;
}

/** Explains the plots that are left out. */
export function missingMetrics(ops) {
  const has = (key) => ops.some(({ points }) => points[key].length > 0);
  return [
    ['cpu', 'CPU', 'process_cpu_seconds_total'],
    ['roundTrips', 'round trips', 'cordee_database_round_trips_total'],
    ['consumerLag', 'consumer lag', 'cordee_consumer_pending'],
  ]
    .filter(([key]) => !has(key))
    .map(([, plot, metric]) => `No plot of ${plot}: no process exposes ${metric} in this version.`);
}

function describeKnee({ sustained, exceeded }) {
  if (sustained === undefined) return '! No rate was sustained.';
  const limit = exceeded === undefined ? 'no higher rate was tried' : `${formatRate(exceeded)}/s was not sustained`;
  return `knee: ${formatRate(sustained)}/s was sustained, ${limit}`;
}

/** Compares the last phase of a ramp with the best phase. The share is high when refused requests cost little. */
function describeOverload(phases) {
  const highestGoodput = Math.max(...phases.map(({ main }) => main.goodput));
  const share = Math.round((100 * phases.at(-1).main.goodput) / highestGoodput);
  return `goodput of the last phase: ${share} % of the highest goodput, ${formatRate(highestGoodput)}/s`;
}

const sumOver = (phases, read) =>
  phases.reduce((sum, { main, beside }) => sum + read(main) + (beside ? read(beside) : 0), 0);
