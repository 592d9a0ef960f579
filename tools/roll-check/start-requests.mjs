import { randomUUID } from 'node:crypto';
import { HttpClient } from '../load/client/http-client.mjs';
import { startAtRate } from '../measurement/constant-rate.mjs';

const CONNECTIONS = 32;
const TIMEOUT_MS = 30_000;
/** Every tenth request creates a team. */
const WRITE_EVERY = 10;

/**
 * Sends requests at a constant rate over kept-alive connections. The requests reach every service. No request is
 * repeated. Returns `failures`, a list of texts that grows, and `stop()`, which waits for the running requests and
 * returns `{ sent, failures, slowestMs }`.
 */
export function startRequests({ url, organization, rate }) {
  const http = new HttpClient(url, { connections: CONNECTIONS });
  const { path, owner } = organization;
  const reads = [
    '/v1/me',
    `${path}/members`,
    `${path}/teams`,
    '/v1/product-types',
    `${path}/documents`,
    `${path}/renewals`,
    `${path}/messages`,
    `${path}/search?q=x`,
  ];
  const failures = [];
  let slowestMs = 0;

  const send = async (index) => {
    const isWrite = index % WRITE_EVERY === WRITE_EVERY - 1;
    const [method, requestPath] = isWrite ? ['POST', `${path}/teams`] : ['GET', reads[index % reads.length]];
    const body = isWrite ? JSON.stringify({ name: `Team ${index}`, colour: 'blue' }) : undefined;
    const headers = {
      authorization: `Bearer ${owner.session.accessToken}`,
      ...(isWrite
        ? {
            'content-type': 'application/json',
            'content-length': String(Buffer.byteLength(body)),
            'idempotency-key': randomUUID(),
          }
        : {}),
    };
    const sentAt = performance.now();
    const outcome = await http
      .send({ method, path: requestPath, headers, body }, sentAt + TIMEOUT_MS)
      .then(({ status, text }) => (status < 300 ? undefined : `${status} ${text.slice(0, 200)}`))
      .catch(({ code, message }) => code ?? message);
    slowestMs = Math.max(slowestMs, performance.now() - sentAt);
    if (outcome !== undefined) failures.push(`${new Date().toISOString()} ${method} ${requestPath}: ${outcome}`);
  };

  const requests = startAtRate(rate, send);
  return {
    failures,
    async stop() {
      const { length: sent } = await requests.stop();
      http.close();
      return { sent, failures, slowestMs };
    },
  };
}
