import { median } from '../../measurement/statistics.mjs';

/** Evaluates the goals of a measurement. Returns one record per goal for the JSON output. */
export function evaluateGoals(id, { goals, unit }, results, rounds) {
  const resultOf = (name, role) =>
    results.find((result) => (name === undefined ? result.role === role : result.name === name)) ?? null;
  return goals.map(({ goal, read, isMet, ours, limit, unit: goalUnit }) => {
    const reached = read(results);
    // A goal with its own unit is not about a subject, so the record has no limit and no peers.
    if (goalUnit)
      return {
        id,
        goal,
        reached,
        met: isMet(reached),
        unit: goalUnit,
        limit: null,
        peers: [],
        ours: { median: reached },
        rounds,
      };
    return {
      id,
      goal,
      reached,
      met: reached === null ? null : isMet(reached),
      unit,
      limit: resultOf(limit, 'limit'),
      peers: results.filter(({ role }) => role === 'peer'),
      ours: resultOf(ours, 'ours'),
      rounds,
    };
  });
}

/** Returns the limit that a result is compared with. */
export const limitOf = (result, results) =>
  results.find(({ role, unit, of }) => role === 'limit' && of === result.of && (unit ?? '') === (result.unit ?? ''));

/**
 * Returns the median ratio of two results. The ratio is calculated per round, because the noise of the machine in a
 * round affects both results.
 */
export function ratio(results, oursName, otherName) {
  const [ours, other] = [results.find(({ name }) => name === oursName), results.find(({ name }) => name === otherName)];
  if (!ours?.values || !other?.values) return null;
  return median(ours.values.map((value, round) => value / other.values[round]));
}

/**
 * A goal for the ratio of two subjects: `atLeast(0.6, 'of the Map index', 'ours', 'index')`. `limit` names the subject
 * that the JSON output reports as the limit; the default is the subject with the role `limit`.
 */
export const atLeast = (minimum, text, ours, other, limit = undefined) => ({
  goal: `≥ ${minimum} ${text}`,
  ours,
  limit,
  read: (results) => ratio(results, ours, other),
  isMet: (reached) => reached >= minimum,
});

/** A goal for a latency in milliseconds. */
export const latencyAtMost = (quantile, maximum, ours, limit = undefined) => ({
  goal: `${quantile} ≤ ${maximum} ms`,
  ours,
  limit,
  read: (results) => results.find(({ name }) => name === ours)?.latencyMs?.[quantile] ?? null,
  isMet: (reached) => reached <= maximum,
});

/** A goal for a latency, as a multiple of the latency of another subject. */
export const latencyRatioAtMost = (quantile, maximum, text, ours, other) => ({
  goal: `${quantile} ≤ ${maximum} × ${text}`,
  ours,
  limit: other,
  read(results) {
    const [latency, otherLatency] = [ours, other].map(
      (subject) => results.find(({ name }) => name === subject)?.latencyMs?.[quantile],
    );
    return latency === undefined || otherLatency === undefined ? null : latency / otherLatency;
  },
  isMet: (reached) => reached <= maximum,
});

/** A goal for a number that `read` returns. `unit` is needed when the number is not in the unit of the measurement. */
export const atMost = (maximum, text, read, unit = undefined) => ({
  goal: text,
  unit,
  read,
  isMet: (reached) => reached <= maximum,
});
/** A goal for a number that `read` returns, in the unit of the measurement. */
export const atLeastValue = (minimum, text, read) => ({ goal: text, read, isMet: (reached) => reached >= minimum });
