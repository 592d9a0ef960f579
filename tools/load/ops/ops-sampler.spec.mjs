import http from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { OpsSampler } from './ops-sampler.mjs';

let server, address, text;
beforeAll(async () => {
  server = http.createServer((_, response) => response.writeHead(text ? 200 : 503).end(text));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = { name: 'teams', url: `http://127.0.0.1:${server.address().port}/metrics` };
});
afterAll(() => server.close());

/** Takes one sample per text; the server answers with this text. Returns the results of the process. */
async function sample(...texts) {
  const sampler = new OpsSampler([address], performance.now());
  for (text of texts) await sampler.sample();
  return sampler.results()[0];
}

describe('the metrics of a process', () => {
  test('become rates for counters, and values for gauges', async () => {
    const { name, failure, points } = await sample(
      'process_cpu_seconds_total 5\ncordee_database_round_trips_total{kind="query"} 100\ncordee_consumer_pending 3',
      'process_cpu_seconds_total 6\ncordee_database_round_trips_total{kind="query"} 160\ncordee_consumer_pending 4',
    );
    expect([name, failure]).toEqual(['teams', undefined]);
    expect(points.cpu).toHaveLength(1);
    // The readings are a short time apart, so only the ratio of the two rates is known.
    expect(points.roundTrips[0].value / points.cpu[0].value).toBeCloseTo(60);
    expect(points.consumerLag.map(({ value }) => value)).toEqual([3, 4]);
  });

  test('have no rate across a restart', async () => {
    const texts = [50, 60, 2, 4].map((value) => `process_cpu_seconds_total ${value}`);
    expect((await sample(...texts)).points.cpu).toHaveLength(2);
  });

  test('that are missing leave no points, and the result states a failed reading', async () => {
    const { failure, points } = await sample('process_cpu_seconds_total 5', '', 'process_cpu_seconds_total 6');
    expect(failure).toBe(`${address.url}: status 503`);
    expect([points.cpu.length, points.roundTrips, points.consumerLag]).toEqual([1, [], []]);
  });
});
