import { expect, test } from '@jest/globals';
import { PhaseRecorder } from './phase-recorder.mjs';

test('a phase counts each outcome with its latency from the planned instant', () => {
  const recorder = new PhaseRecorder({ rate: 2, startAt: 1_000, endAt: 3_000 });
  const requests = [
    ['createTeam', 1_000, 1_010, { kind: 'ok' }],
    ['createTeam', 1_500, 1_530, { kind: 'ok' }],
    ['listTeams', 2_000, 2_001, { kind: 'shed', code: 'RATE_LIMITED' }],
    // This answer arrives after the end of the phase, so it does not count as goodput.
    ['listTeams', 2_500, 3_500, { kind: 'ok' }],
    ['listTeams', 2_999, 3_009, { kind: 'error', code: 'TIMEOUT' }],
  ];
  for (const [step, plannedAt, endedAt, outcome] of requests) {
    recorder.start(step, plannedAt, plannedAt + 1);
    recorder.settle(step, plannedAt, endedAt, outcome);
  }
  const result = recorder.result();
  expect(result).toMatchObject({ rate: 2, seconds: 2, planned: 5, ok: 3, shed: 1, errors: 1, goodput: 1 });
  expect(result.latency.ok).toMatchObject({ count: 3, max: 1_000 });
  expect(result.latency.shed.max).toBe(1);
  expect(result.latency.error.max).toBe(10);
  expect(result.codes).toEqual({ shed: { RATE_LIMITED: 1 }, error: { TIMEOUT: 1 } });
  expect(result.startDelay.max).toBe(1);
  expect(result.steps.createTeam).toMatchObject({ planned: 2, ok: 2, goodput: 1 });
  expect(result.steps.listTeams).toMatchObject({ planned: 3, ok: 1, shed: 1, errors: 1, goodput: 0 });
});

test.each([
  [999, false],
  [1_000, true],
  [2_999, true],
  [3_000, false],
])('a request that is planned at %d ms is measured: %s', (plannedAt, isIncluded) => {
  expect(new PhaseRecorder({ rate: 1, startAt: 1_000, endAt: 3_000 }).includes(plannedAt)).toBe(isIncluded);
});
