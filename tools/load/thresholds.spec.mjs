import { describe, expect, test } from '@jest/globals';
import { evaluateThresholds, parseThreshold } from './thresholds.mjs';

const stream = (figures) => ({
  planned: 1_000,
  ok: 990,
  shed: 8,
  errors: 2,
  goodput: 198,
  latency: { ok: { count: 990, p50: 4, p99: 40, 'p99.9': 90, max: 95 } },
  steps: { createTeam: { planned: 100, ok: 100, shed: 0, errors: 0, goodput: 20, latency: { ok: { p99: 60 } } } },
  ...figures,
});
const evaluate = (text, results = { main: stream() }) => evaluateThresholds([parseThreshold(text)], results)[0];

describe('a threshold', () => {
  test.each([
    ['p99<50', 40, true],
    ['p99 < 0.03s', 40, false],
    ['p99.9<=90', 90, true],
    ['max<95', 95, false],
    ['errors<0.1%', 0.2, false],
    ['errors<=0.2%', 0.2, true],
    ['errors<=2', 2, true],
    ['shed<1%', 0.8, true],
    ['goodput>=200', 198, false],
    ['goodput>190/s', 198, true],
    ['createTeam.p99<50', 60, false],
    ['createTeam.errors<=0', 0, true],
  ])('%s with the figure %d is met: %s', (text, value, isMet) => {
    expect(evaluate(text)).toEqual({ threshold: text, value, isMet });
  });

  test('with the prefix `beside` uses the figures of the stream of --beside', () => {
    const results = { main: stream(), beside: stream({ latency: { ok: { p99: 12 } } }) };
    expect(evaluate('beside.p99<20', results)).toMatchObject({ value: 12, isMet: true });
    expect(evaluate('beside.createTeam.p99<20', results)).toMatchObject({ value: 60, isMet: false });
  });

  test.each([
    ['beside.p99<20', { main: stream() }],
    ['deleteTeam.p99<20', { main: stream() }],
    ['p99<20', { main: stream({ latency: { ok: { count: 0 } } }) }],
    ['errors<1', { main: stream({ planned: 0 }) }],
  ])('%s is missed when there is no figure', (text, results) => {
    expect(evaluate(text, results)).toMatchObject({ value: null, isMet: false });
  });

  test.each([
    ['p99', 'must be a metric, a comparison and a number'],
    ['p98<5', '"p98" is not a metric: use mean, p50'],
    ['p99<fast', '"fast" is not a number'],
    ['p99<5%', 'p99 has no unit %: use ms, s'],
    ['goodput>5ms', 'goodput has no unit ms: use /s'],
  ])('%s is rejected', (text, message) => {
    expect(() => parseThreshold(text)).toThrow(message);
  });
});
