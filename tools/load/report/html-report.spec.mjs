import { describe, expect, test } from '@jest/globals';
import { PhaseRecorder } from '../run/phase-recorder.mjs';
import { htmlReport } from './html-report.mjs';
import { reportNotes } from './notes.mjs';
import { reportTables } from './tables.mjs';

function phase(title, outcome, latencyMs = 10) {
  const recorder = new PhaseRecorder({ rate: 100, startAt: 0, endAt: 1_000 });
  recorder.start('listTeams', 0, 1);
  recorder.settle('listTeams', 0, latencyMs, outcome);
  return { title, rate: 100, measured: { from: 1, to: 2 }, main: recorder.result() };
}
const point = (at) => ({ at, planned: 100, ok: 99, shed: 1, errors: 0, p50: 3, p95: 5, p99: 9 });
const newReport = (changes) => {
  const report = {
    scenario: 'reads',
    title: 'lists <b>',
    url: 'http://127.0.0.1:3000',
    runId: 'run',
    startedAt: '2026-01-31T09:00:00.000Z',
    options: { seed: 1, ops: ['x'], connections: 5 },
    data: { main: { organizations: 1, people: 1, products: 1, teams: 1 } },
    setUpSeconds: 1,
    generatorCpu: 0.1,
    phases: [phase('steady', { kind: 'ok' })],
    timeline: { main: [point(1), point(2)] },
    ops: [
      { name: 'teams', points: { cpu: [{ at: 1, value: 0.5 }], roundTrips: [], consumerLag: [{ at: 1, value: 7 }] } },
    ],
    checks: [],
    thresholds: [{ threshold: 'p99<50', value: 10, isMet: true }],
    isPassed: true,
    ...changes,
  };
  return { ...report, notes: reportNotes(report) };
};

describe('the HTML report', () => {
  test('has tables, plots and escaped texts, and loads nothing', () => {
    const html = htmlReport(newReport());
    expect(html).toContain('lists &#60;b&#62;');
    expect(html).toContain('✔ p99&#60;50: 10.0');
    expect(html).toContain('<td>listTeams</td>');
    for (const plot of ['rate', 'latency of successful requests', 'CPU per process', 'consumer lag per process'])
      expect(html).toContain(`<h2>${plot}</h2>`);
    expect(html).not.toMatch(/<script|<link|<img|src=|@import|url\(|NaN|undefined/);
  });

  test('has the load of the processes in the last phase, the busiest first', () => {
    const points = (cpu, roundTrips) => ({
      cpu: [0.9, cpu, cpu].map((value, index) => ({ at: index + 0.5, value })),
      roundTrips: [{ at: 1.5, value: roundTrips }],
      consumerLag: [],
    });
    const ops = [
      { name: 'teams', points: points(0.25, 40) },
      { name: 'billing', points: points(0.5, 12) },
    ];
    const { rows } = reportTables(newReport({ ops })).at(-1);
    expect(rows).toEqual([
      ['billing', '50 %', '50 %', '12', ''],
      ['teams', '25 %', '25 %', '40', ''],
    ]);
  });

  test('leaves a plot without figures out and says why', () => {
    const html = htmlReport(newReport());
    expect(html).not.toContain('<h2>round trips');
    expect(html).toContain('No plot of round trips: no process exposes cordee_database_round_trips_total');
  });

  test('of several phases has plots over the rate', () => {
    const phases = [phase('100/s', { kind: 'ok' }), phase('200/s', { kind: 'error', code: 'TIMEOUT' })];
    const html = htmlReport(newReport({ phases, isPassed: false }));
    expect(html).toContain('<h2>goodput over rate</h2>');
    expect(html).toContain('TIMEOUT 1');
    expect(html).toContain('✘ not passed');
    expect(html).not.toMatch(/NaN|undefined/);
  });
});

describe('the notes', () => {
  test('warn about the rate limit, slow refusals and a difference in the data', () => {
    const { notes } = newReport({
      phases: [phase('steady', { kind: 'shed', code: 'RATE_LIMITED' }, 5_000)],
      rateLimitPerMinute: 300,
      checks: [{ what: 'main: teams', found: 4, expected: 3, range: [3, 3], isMet: false }],
    });
    const text = notes.join('\n');
    expect(text).toContain('! 1 answers are 429 RATE_LIMITED: the gateway allows 300 requests per minute and person');
    expect(text).toMatch(/! Half of the shed requests waited [45],\d{3} ms or longer/);
    expect(text).toContain('! main: teams: 4 found, 3 expected from the answers');
  });

  test('warn when Ctrl-C ended the run', () => {
    expect(newReport({ isInterrupted: true, isPassed: false }).notes).toContain('! Ctrl-C ended the run early.');
  });

  test('warn when the rate below the knee was not sustained', () => {
    const report = newReport({
      options: { seed: 1, ops: ['x'], connections: 5, findKnee: true, kneeP99: 500 },
      phases: [phase('search 100/s', { kind: 'ok' }), phase('steady', { kind: 'error', code: 'TIMEOUT' })],
      knee: { sustained: 125, exceeded: 133 },
    });
    expect(report.notes).toContain(
      '! 100/s was not sustained in the last phase: goodput is below 95 % of the rate. The knee is lower.',
    );
  });

  test('are empty when nothing is wrong and all metrics exist', () => {
    const points = [{ at: 1, value: 1 }];
    const ops = [{ name: 'teams', points: { cpu: points, roundTrips: points, consumerLag: points } }];
    expect(newReport({ ops }).notes).toEqual([]);
  });
});
