import { HttpClient } from '../load/client/http-client.mjs';
import { parseProblem } from '../load/client/outcome.mjs';

const TIMEOUT_MS = 30_000;

/**
 * Returns a client of the gateway at `url`. `send` sends a request and `call` sends JSON; both return
 * `{ status, headers, text, code, ms }`. Without an answer, `status` is 0 and `code` is the code of the error.
 */
export function openClient(url, connections = 16) {
  const http = new HttpClient(url, { connections });
  const send = async (request) => {
    const startedAt = performance.now();
    const answer = await http
      .send(request, startedAt + TIMEOUT_MS)
      .then(({ status, headers, text }) => ({ status, headers, text, code: parseProblem(headers, text)?.code }))
      .catch((error) => ({ status: 0, headers: {}, text: '', code: error.code ?? error.message }));
    return { ...answer, ms: performance.now() - startedAt };
  };
  const call = (method, path, { token, body, headers = {} } = {}) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return send({
      method,
      path,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(text === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
        ...headers,
      },
      body: text,
    });
  };
  return { url, send, call, close: () => http.close() };
}

/** Counts answers by status, as a text: `200: 3, 422: 7`. */
export function countStatuses(answers) {
  const counts = new Map();
  for (const { status, code } of answers) {
    const key = status === 0 ? code : status;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts.entries()]
    .toSorted(([a], [b]) => String(a).localeCompare(String(b)))
    .map(([key, count]) => `${key}: ${count}`)
    .join(', ');
}
