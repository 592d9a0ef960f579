import { median } from './statistics.mjs';

/** The goals of a measurement with what was reached, as they go into the list of figures. */
export function judge(id, { goals, unit }, results, rounds) {
  const named = (name, role) =>
    results.find((result) => (name === undefined ? result.role === role : result.name === name)) ?? null;
  return goals.map(({ goal, reach, isMet, ours, limit, unit: own }) => {
    const reached = reach(results);
    if (own)
      return {
        id,
        goal,
        reached,
        met: isMet(reached),
        unit: own,
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
      limit: named(limit, 'limit'),
      peers: results.filter(({ role }) => role === 'peer'),
      ours: named(ours, 'ours'),
      rounds,
    };
  });
}

/** Our value as a share of another's, worked out per round, for noise that comes and goes hits both. */
export function ratio(results, oursName, otherName) {
  const [ours, other] = [results.find(({ name }) => name === oursName), results.find(({ name }) => name === otherName)];
  if (!ours?.values || !other?.values) return null;
  return median(ours.values.map((value, round) => value / other.values[round]));
}

/** A goal about a ratio: `atLeast(0.6, 'of the Map index', 'ours', 'limit')`. What is measured has names; `limit` where there is more than one. */
export const atLeast = (least, text, ours, other, limit = undefined) => ({
  goal: `≥ ${least} ${text}`,
  ours,
  limit,
  reach: (results) => ratio(results, ours, other),
  isMet: (reached) => reached >= least,
});

/** A goal about a latency in milliseconds. */
export const latencyAtMost = (quantile, most, ours, limit = undefined) => ({
  goal: `${quantile} ≤ ${most} ms`,
  ours,
  limit,
  reach: (results) => results.find(({ name }) => name === ours)?.latencyMs?.[quantile] ?? null,
  isMet: (reached) => reached <= most,
});

/** A goal about a number that was counted or measured elsewhere; with a unit of its own when it is not that of the measurement. */
export const atMost = (most, text, read, unit = undefined) => ({
  goal: text,
  unit,
  reach: read,
  isMet: (reached) => reached <= most,
});
export const atLeastValue = (least, text, read) => ({ goal: text, reach: read, isMet: (reached) => reached >= least });
