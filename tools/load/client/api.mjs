import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { StepFailure } from '../../run/step-failure.mjs';
import { parseProblem } from './outcome.mjs';

const RETRY_MS = 60_000;
const ATTEMPT_MS = 20_000;
const DEFAULT_DELAY_MS = 200;
const MAX_SHOWN_CHARACTERS = 500;

/** The refusal of a call that is part of the set-up. */
export class ApiFailure extends StepFailure {
  constructor(call, { status, text, problem }) {
    super(`${call}: ${status} ${problem ? describeProblem(problem) : text.slice(0, MAX_SHOWN_CHARACTERS)}`);
    this.code = problem?.code;
  }
}

const describeProblem = ({ code, title, detail, errors = [] }) =>
  [`${code}: ${title}`, detail, ...errors.map((error) => `${error.pointer}: ${error.detail}`)]
    .filter(Boolean)
    .join('; ');

/**
 * Calls the API for the set-up. The class repeats a call with the same Idempotency-Key after a 429 or a 503, while
 * the first call with this key runs, and when the connection breaks. Other refusals are failures.
 */
export class Api {
  #http;
  #onWait;
  /** `RATE_LIMIT_PER_MINUTE` of the gateway, from the last answer. */
  rateLimitPerMinute;

  /** `onWait` is called before a wait for a `Retry-After`, with the call and the reason. */
  constructor(http, { onWait = () => {} } = {}) {
    this.#http = http;
    this.#onWait = onWait;
  }

  get = (path, token) => this.#call('GET', path, { token });
  /** Loads all pages of a list. */
  list = async (path, token) => {
    const rows = [];
    let cursor = '';
    do {
      const page = await this.get(`${path}?limit=200${cursor && `&cursor=${cursor}`}`, token);
      rows.push(...page.data);
      cursor = page.nextCursor;
    } while (cursor);
    return rows;
  };
  post = (path, body, token) =>
    this.#call('POST', path, { token, body: JSON.stringify(body), contentType: 'application/json' });
  upload = (path, text, contentType, token) => this.#call('POST', path, { token, body: text, contentType });

  async #call(method, path, { token, body, contentType }) {
    const headers = {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': contentType, 'content-length': String(Buffer.byteLength(body)) }),
      ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
    };
    const deadline = performance.now() + RETRY_MS;
    for (;;) {
      const answer = await this.#send({ method, path, headers, body });
      if (answer.status >= 200 && answer.status < 300) return answer.text ? JSON.parse(answer.text) : undefined;
      const problem = answer.headers && parseProblem(answer.headers, answer.text);
      const isRetryable =
        answer.status === undefined ||
        answer.status === 429 ||
        answer.status === 503 ||
        problem?.code === 'IDEMPOTENCY_KEY_RUNNING';
      if (!isRetryable || performance.now() > deadline)
        throw new ApiFailure(`${method} ${path}`, { status: 'no answer', ...answer, problem });
      const seconds = Number(answer.headers?.['retry-after']) || 0;
      if (seconds > 0)
        this.#onWait({ call: `${method} ${path}`, seconds, status: answer.status, code: problem?.code ?? '' });
      await sleep(1_000 * seconds || DEFAULT_DELAY_MS);
    }
  }

  /** Returns an object without a status when no answer arrives. */
  async #send(request) {
    try {
      const answer = await this.#http.send(request, performance.now() + ATTEMPT_MS);
      this.rateLimitPerMinute = Number(answer.headers['x-ratelimit-limit']) || this.rateLimitPerMinute;
      return answer;
    } catch (error) {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOTFOUND')
        throw new StepFailure(
          `No Cordée answers at the address of --url (${error.message}). Start Cordée with npm start.`,
        );
      return { text: error.message };
    }
  }
}
