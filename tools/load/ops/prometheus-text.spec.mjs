import { expect, test } from '@jest/globals';
import { parseMetrics, sumOf } from './prometheus-text.mjs';

test('metrics are parsed with labels, and summed', () => {
  const metrics = parseMetrics(`# HELP process_cpu_seconds_total CPU
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total 6.25
cordee_consumer_pending{service="teams",consumer="a \\"b\\", c"} 3
cordee_consumer_pending{service="billing"} 4 1795913549000
lag_seconds +Inf

not a sample`);
  expect(sumOf(metrics, 'process_cpu_seconds_total')).toBe(6.25);
  expect(sumOf(metrics, 'cordee_consumer_pending')).toBe(7);
  expect(metrics.get('cordee_consumer_pending')[0].labels).toEqual({ service: 'teams', consumer: 'a "b", c' });
  expect(sumOf(metrics, 'lag_seconds')).toBe(Infinity);
  expect(sumOf(metrics, 'cordee_database_round_trips_total')).toBeUndefined();
});
