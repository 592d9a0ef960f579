import { randomUUID } from 'node:crypto';
import { classify, classifyFailure } from '../client/outcome.mjs';
import { steps } from '../scenarios.mjs';
import { Timeline } from './timeline.mjs';
import { weightedChoice } from './weighted-choice.mjs';

/** Instead of a step that has nothing to act on, another step is drawn. The run fails after this many draws. */
const MAX_DRAWS = 50;

/** The requests of one scenario on its own organizations. */
export class Stream {
  #http;
  #keeper;
  #timeoutMs;
  #drawStep;
  #context;
  #onIdle;
  /** Number of requests without an outcome. */
  inFlight = 0;
  /** Outcomes by step since the start, including the warm-up. */
  totals = {};

  constructor({ scenario, organizations, random, runId, http, keeper, timeoutMs, originAt }) {
    this.#http = http;
    this.#keeper = keeper;
    this.#timeoutMs = timeoutMs;
    this.#drawStep = weightedChoice(scenario.weights, random);
    let names = 0;
    this.#context = {
      random,
      organizations,
      // Objects that earlier steps created, for later steps.
      state: {},
      nextName: (prefix) => `${prefix} ${runId}-${(names += 1)}`,
    };
    this.organizations = organizations;
    this.timeline = new Timeline(originAt);
  }

  /** Sends the next request of the scenario. `recorder` is undefined in the warm-up. */
  send(plannedAt, recorder) {
    const { step, request } = this.#nextRequest();
    this.inFlight += 1;
    this.timeline.start();
    recorder?.start(step, plannedAt, performance.now());
    const settle = (outcome) => {
      const endedAt = performance.now();
      recorder?.settle(step, plannedAt, endedAt, outcome);
      this.timeline.settle(plannedAt, endedAt, outcome);
      this.totals[step] ??= { ok: 0, shed: 0, error: 0 };
      this.totals[step][outcome.kind] += 1;
      this.inFlight -= 1;
      if (this.inFlight === 0) this.#onIdle?.();
    };
    this.#http.send(toHttp(request), plannedAt + this.#timeoutMs).then(
      (answer) => settle(this.#accept(request, answer)),
      (error) => settle(classifyFailure(error)),
    );
  }

  /** Resolves when no request is in flight. */
  whenIdle() {
    return new Promise((resolve) => {
      if (this.inFlight === 0) return resolve();
      this.#onIdle = () => {
        this.#onIdle = undefined;
        resolve();
      };
    });
  }

  #accept(request, answer) {
    const outcome = classify(answer);
    if (answer.status === 401 && request.person) this.#keeper.refreshSoon(request.person.session);
    if (outcome.kind !== 'ok' || !request.onAnswer) return outcome;
    try {
      request.onAnswer(JSON.parse(answer.text));
      return outcome;
    } catch {
      return { kind: 'error', code: 'ANSWER_NOT_JSON' };
    }
  }

  #nextRequest() {
    for (let draw = 0; draw < MAX_DRAWS; draw += 1) {
      const step = this.#drawStep();
      const request = steps[step](this.#context);
      if (request) return { step: request.step ?? step, request };
    }
    throw new Error('no step of the scenario has data to act on');
  }
}

function toHttp({ method, path, person, body, hasIdempotencyKey }) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {};
  if (person) headers.authorization = `Bearer ${person.session.accessToken}`;
  if (hasIdempotencyKey) headers['idempotency-key'] = randomUUID();
  if (text !== undefined) {
    headers['content-type'] = 'application/json';
    headers['content-length'] = Buffer.byteLength(text);
  }
  return { method, path, headers, body: text };
}
