import http from 'node:http';
import { quantile } from '../measurement/statistics.mjs';

const RATE = 50;
const TIMEOUT_MS = 30_000;
const CONNECTIONS = 16;

/**
 * Sends requests at a constant rate while `work` runs, like a client that is not part of the attack. The latency
 * of a request starts at its planned time. Returns the result of `work`, `p99` in milliseconds, and
 * `failures`, the statuses or error codes of the requests that did not succeed.
 */
export async function probeDuring(url, work) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const latencies = [];
  const pending = new Set();
  const failures = [];
  const startedAt = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    for (; sent < ((performance.now() - startedAt) / 1_000) * RATE; sent += 1) {
      const plannedAt = startedAt + (sent * 1_000) / RATE;
      const request = statusOf(url, agent).then((status) => {
        latencies.push(performance.now() - plannedAt);
        if (status !== 200) failures.push(status);
        pending.delete(request);
      });
      pending.add(request);
    }
  }, 5);
  try {
    const result = await work();
    clearInterval(timer);
    await Promise.all(pending);
    return { result, p99: quantile(latencies, 0.99), failures };
  } finally {
    clearInterval(timer);
    agent.destroy();
  }
}

/** Returns the status of a GET request, or the code of its error. */
function statusOf(url, agent) {
  return new Promise((resolve) => {
    const request = http.get(url, { timeout: TIMEOUT_MS, agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
      response.on('error', (error) => resolve(error.code));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', (error) => resolve(error.code));
  });
}
