import { describe, expect, test } from '@jest/globals';
import { compare } from './compare.mjs';
import { atLeast, atMost, evaluateGoals, latencyAtMost, latencyRatioAtMost } from './goals.mjs';
import { latencies, median, quantile } from '../../measurement/statistics.mjs';

/** Creates a subject that returns `values[round]` in each round, also in the warm-up round 0, and records its runs. */
const subject = (name, role, values, runs = []) => ({
  name,
  role,
  run: (round) => {
    runs.push(`${round} ${name}`);
    return {
      operations: values[round],
      ms: 1_000,
      cpu: { process: values[round] * 2 },
      latency: { p99: values[round] },
    };
  },
});

describe('compare', () => {
  test('runs each subject once per round, in another order per round, after a warm-up', async () => {
    const runs = [];
    const results = await compare(
      [
        subject('a', 'limit', [1_000, 10, 20], runs),
        subject('b', 'ours', [1_000, 5, 20], runs),
        { name: 'c', role: 'peer', missing: 'not installed' },
      ],
      2,
    );
    expect(runs).toEqual(['0 a', '0 b', '1 b', '1 a', '2 a', '2 b']);
    expect(results).toMatchObject([
      {
        name: 'a',
        median: 15,
        range: [10, 20],
        values: [10, 20],
        cpuMsPerOperation: { process: 2 },
        latencyMs: { p99: 15 },
      },
      { name: 'b', median: 12.5, values: [5, 20] },
      { name: 'c', missing: 'not installed' },
    ]);
  });

  test('returns results for the goals; the ratio to a missing subject is null', async () => {
    const results = await compare(
      [
        subject('a', 'limit', [0, 10, 20, 40]),
        subject('b', 'ours', [0, 5, 20, 100]),
        { name: 'c', role: 'peer', missing: 'not installed' },
      ],
      3,
    );
    const goals = [
      atLeast(0.8, 'of a', 'b', 'a'),
      atLeast(1.1, 'of a', 'b', 'a'),
      atLeast(15, '× c', 'b', 'c'),
      latencyAtMost('p99', 20, 'b'),
      latencyRatioAtMost('p99', 0.5, 'a', 'b', 'a'),
      latencyRatioAtMost('p99', 2, 'c', 'b', 'c'),
      atMost(0, 'none', () => 1),
    ];
    expect(evaluateGoals('X', { goals, unit: 'x/s' }, results, 3)).toMatchObject([
      {
        id: 'X',
        goal: '≥ 0.8 of a',
        reached: 1,
        met: true,
        unit: 'x/s',
        limit: { name: 'a' },
        peers: [{ name: 'c' }],
        ours: { name: 'b' },
        rounds: 3,
      },
      { reached: 1, met: false },
      { reached: null, met: null },
      { reached: 20, met: true },
      { goal: 'p99 ≤ 0.5 × a', reached: 1, met: false },
      { goal: 'p99 ≤ 2 × c', reached: null },
      { reached: 1, met: false },
    ]);
  });
});

test('median, latencies and quantile calculate the statistics of a list', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(latencies(hundred)).toEqual({ p50: 51, p95: 96, p99: 100, 'p99.9': 100, max: 100 });
  expect(quantile([], 0.5)).toBeNaN();
});
