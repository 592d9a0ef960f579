import http from 'node:http';
import { startAtRate } from '../measurement/constant-rate.mjs';
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
  const requests = startAtRate(RATE, async (_, plannedAt) => {
    const status = await statusOf(url, agent);
    return { status, ms: performance.now() - plannedAt };
  });
  try {
    const result = await work();
    const answers = await requests.stop();
    const latencies = answers.map(({ ms }) => ms);
    const failures = answers.map(({ status }) => status).filter((status) => status !== 200);
    return { result, p99: quantile(latencies, 0.99), failures };
  } finally {
    void requests.stop();
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
