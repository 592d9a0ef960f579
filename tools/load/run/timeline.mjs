import { LatencyHistogram } from './latency-histogram.mjs';

/** The figures of one stream per second of the run, for the plots. Answers count in the second in which they arrive. */
export class Timeline {
  #originAt;
  #lastAt;
  #planned = 0;
  #counts = { ok: 0, shed: 0, error: 0 };
  #latency = new LatencyHistogram();
  /** `{ at, planned, ok, shed, errors, p50, p95, p99 }`: seconds since the origin, rates per second, milliseconds. */
  points = [];

  constructor(originAt) {
    this.#originAt = originAt;
    this.#lastAt = originAt;
  }

  start() {
    this.#planned += 1;
  }

  settle(plannedAt, endedAt, { kind }) {
    this.#counts[kind] += 1;
    if (kind === 'ok') this.#latency.record(endedAt - plannedAt);
  }

  /** Ends a second. Its real duration is used, because timers are late under load. */
  closeSecond(now) {
    const seconds = (now - this.#lastAt) / 1_000;
    const { ok, shed, error } = this.#counts;
    const latency = this.#latency;
    this.points.push({
      at: (now - this.#originAt) / 1_000,
      planned: this.#planned / seconds,
      ok: ok / seconds,
      shed: shed / seconds,
      errors: error / seconds,
      ...(latency.count
        ? { p50: latency.quantile(0.5), p95: latency.quantile(0.95), p99: latency.quantile(0.99) }
        : {}),
    });
    this.#lastAt = now;
    this.#planned = 0;
    this.#counts = { ok: 0, shed: 0, error: 0 };
    latency.reset();
  }
}
