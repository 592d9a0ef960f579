import { LatencyHistogram } from './latency-histogram.mjs';

/**
 * Collects the figures of one stream in one phase. A request belongs to the phase in which it was planned. Goodput
 * counts the successful answers that arrived before the end of the phase, so that a growing queue lowers it.
 */
export class PhaseRecorder {
  #rate;
  #startAt;
  #endAt;
  #total = newFigures();
  #steps = new Map();
  #codes = { shed: {}, error: {} };
  #startDelay = new LatencyHistogram();

  constructor({ rate, startAt, endAt }) {
    this.#rate = rate;
    this.#startAt = startAt;
    this.#endAt = endAt;
  }

  /** True when a request with this planned time is measured, and not part of the warm-up. */
  includes(plannedAt) {
    return plannedAt >= this.#startAt && plannedAt < this.#endAt;
  }

  /** Ends the phase early. */
  stop(now) {
    this.#endAt = Math.max(this.#startAt + 1, Math.min(this.#endAt, now));
  }

  /** Records that a request starts. A large delay shows that the generator is too slow. */
  start(step, plannedAt, startedAt) {
    this.#total.planned += 1;
    this.#stepFigures(step).planned += 1;
    this.#startDelay.record(startedAt - plannedAt);
  }

  /** Records the outcome of a request: `ok`, `shed` or `error` with a code. */
  settle(step, plannedAt, endedAt, { kind, code }) {
    for (const figures of [this.#total, this.#stepFigures(step)]) {
      figures.latency[kind].record(endedAt - plannedAt);
      if (kind === 'ok' && endedAt <= this.#endAt) figures.okInTime += 1;
    }
    if (code) this.#codes[kind][code] = (this.#codes[kind][code] ?? 0) + 1;
  }

  result() {
    const seconds = (this.#endAt - this.#startAt) / 1_000;
    return {
      rate: this.#rate,
      seconds,
      ...summarize(this.#total, seconds),
      codes: this.#codes,
      startDelay: this.#startDelay.summary(),
      steps: Object.fromEntries([...this.#steps].map(([step, figures]) => [step, summarize(figures, seconds)])),
    };
  }

  #stepFigures(step) {
    if (!this.#steps.has(step)) this.#steps.set(step, newFigures());
    return this.#steps.get(step);
  }
}

const newFigures = () => ({
  planned: 0,
  okInTime: 0,
  latency: { ok: new LatencyHistogram(), shed: new LatencyHistogram(), error: new LatencyHistogram() },
});

const summarize = ({ planned, okInTime, latency }, seconds) => ({
  planned,
  ok: latency.ok.count,
  shed: latency.shed.count,
  errors: latency.error.count,
  goodput: okInTime / seconds,
  latency: { ok: latency.ok.summary(), shed: latency.shed.summary(), error: latency.error.summary() },
});
