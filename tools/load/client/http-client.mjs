import http from 'node:http';
import https from 'node:https';

const DEADLINE_CHECK_MS = 100;

/**
 * Sends HTTP requests over a bounded number of kept-alive connections. A request that finds no free connection waits.
 * A request without a complete answer at its deadline fails with the code TIMEOUT, also while it waits.
 */
export class HttpClient {
  #origin;
  #protocol;
  #agent;
  #connections;
  #activeCount = 0;
  #waitingRequests = [];
  #waitingHead = 0;
  /** The requests without an answer. */
  #pendingRequests = new Set();
  #timer;
  /** The number of requests that found no free connection. */
  waitedCount = 0;

  constructor(url, { connections }) {
    this.#origin = new URL(url);
    this.#protocol = this.#origin.protocol === 'https:' ? https : http;
    this.#agent = new this.#protocol.Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections });
    this.#connections = connections;
    this.#timer = setInterval(() => this.#failOverdueRequests(), DEADLINE_CHECK_MS).unref();
  }

  /**
   * Sends a request. Returns `{ status, headers, text }`. `deadline` is a value of `performance.now()`. Throws an error
   * with a `code` when there is no answer.
   */
  send({ method, path, headers, body }, deadline) {
    return new Promise((resolve, reject) => {
      const pending = { method, path, headers, body, deadline, resolve, reject, request: undefined };
      this.#pendingRequests.add(pending);
      if (this.#activeCount < this.#connections) this.#dispatch(pending);
      else {
        this.waitedCount += 1;
        this.#waitingRequests.push(pending);
      }
    });
  }

  close() {
    clearInterval(this.#timer);
    this.#agent.destroy();
  }

  #dispatch(pending) {
    this.#activeCount += 1;
    let isClosed = false;
    const settle = (finish, value) => {
      if (this.#pendingRequests.delete(pending)) pending[finish](value);
    };
    const close = () => {
      if (isClosed) return;
      isClosed = true;
      this.#activeCount -= 1;
      this.#dispatchNext();
    };
    const request = this.#protocol.request({
      agent: this.#agent,
      // The host of a URL has brackets around an IPv6 address, the address itself has none.
      host: this.#origin.hostname.replace(/^\[(.+)\]$/, '$1'),
      port: this.#origin.port || undefined,
      method: pending.method,
      path: pending.path,
      headers: pending.headers,
    });
    pending.request = request;
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => settle('resolve', { status: response.statusCode, headers: response.headers, text }));
      response.on('error', (error) => settle('reject', error));
    });
    request.on('error', (error) => settle('reject', error));
    request.on('close', close);
    request.end(pending.body);
  }

  #dispatchNext() {
    while (this.#waitingHead < this.#waitingRequests.length && this.#activeCount < this.#connections) {
      const next = this.#waitingRequests[this.#waitingHead];
      this.#waitingRequests[this.#waitingHead] = undefined;
      this.#waitingHead += 1;
      // The request can have failed while it waited.
      if (this.#pendingRequests.has(next)) this.#dispatch(next);
    }
    // Removes the used part of the array, but not for each request, because each removal copies the array.
    if (this.#waitingHead > 1_000 && this.#waitingHead * 2 > this.#waitingRequests.length) {
      this.#waitingRequests = this.#waitingRequests.slice(this.#waitingHead);
      this.#waitingHead = 0;
    }
  }

  #failOverdueRequests() {
    const now = performance.now();
    for (const pending of this.#pendingRequests) {
      if (pending.deadline > now) continue;
      this.#pendingRequests.delete(pending);
      pending.reject(Object.assign(new Error('no answer before the deadline'), { code: 'TIMEOUT' }));
      pending.request?.destroy();
    }
  }
}
