import { parseMetrics, sumOf } from './prometheus-text.mjs';

const TIMEOUT_MS = 2_000;

/** The metrics that are read from each process. A counter becomes a rate per second. */
export const sampledMetrics = {
  cpu: { metric: 'process_cpu_seconds_total', isCounter: true },
  roundTrips: { metric: 'cordee_database_round_trips_total', isCounter: true },
  consumerLag: { metric: 'cordee_consumer_pending', isCounter: false },
};

/** Reads the metrics of all processes about once per second. */
export class OpsSampler {
  #processes;
  #originAt;
  #isSampling = false;

  constructor(addresses, originAt) {
    this.#originAt = originAt;
    this.#processes = addresses.map(({ name, url }) => ({
      name,
      url,
      lastReading: undefined,
      failure: undefined,
      points: { cpu: [], roundTrips: [], consumerLag: [] },
    }));
  }

  /** Reads all processes once. Does nothing while the previous reading runs. */
  async sample() {
    if (this.#isSampling) return;
    this.#isSampling = true;
    await Promise.all(this.#processes.map((process) => this.#sampleProcess(process)));
    this.#isSampling = false;
  }

  /**
   * Returns `{ name, failure, points: { cpu, roundTrips, consumerLag } }` per process. A point is `{ at, value }`.
   * `at` is in seconds since the start of the run.
   */
  results() {
    return this.#processes.map(({ name, failure, points }) => ({ name, failure, points }));
  }

  async #sampleProcess(process) {
    try {
      const response = await fetch(process.url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!response.ok) throw new Error(`status ${response.status}`);
      const metrics = parseMetrics(await response.text());
      const at = performance.now();
      const values = Object.fromEntries(
        Object.entries(sampledMetrics).map(([key, { metric }]) => [key, sumOf(metrics, metric)]),
      );
      for (const [key, { isCounter }] of Object.entries(sampledMetrics))
        this.#addPoint(process, { key, isCounter, at, value: values[key] });
      process.lastReading = { at, values };
    } catch (error) {
      process.failure = `${process.url}: ${error.cause?.code ?? error.message}`;
    }
  }

  #addPoint({ lastReading, points }, { key, isCounter, at, value }) {
    if (value === undefined) return;
    const second = (at - this.#originAt) / 1_000;
    if (!isCounter) return points[key].push({ at: second, value });
    const previous = lastReading?.values[key];
    // A counter that decreases shows that the process was restarted.
    if (previous === undefined || value < previous) return;
    points[key].push({ at: second, value: (value - previous) / ((at - lastReading.at) / 1_000) });
  }
}
