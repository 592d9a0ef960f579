// Sends requests over HTTP from its own process, so that the CPU time of the client is not counted.
import { randomBytes } from 'node:crypto';
import { keepInFlight } from '../harness/closed-loop.mjs';
import { handleRequests } from '../harness/handle-requests.mjs';
import { openLoop } from '../../measurement/open-loop.mjs';
import { latencies } from '../../measurement/statistics.mjs';
import { HttpConnection, requestBytes } from './http-connection.mjs';

/** Connections by server. They stay open between the rounds. */
const connections = new Map();
handleRequests({ start: () => {}, runClosedLoop, runOpenLoop, sendOnce, stop: closeAll });

/** Keeps a number of requests in flight. The requests of the list are sent in turn. */
async function runClosedLoop({ url, requests, inFlight, ms }) {
  const freeConnections = await connect(url, inFlight);
  const factories = requests.map(requestFactory);
  const durations = [];
  const tally = new Tally();
  const { ms: durationMs } = await keepInFlight(inFlight, ms, async (count) => {
    const start = performance.now();
    await send(url, freeConnections, factories[count % factories.length], tally);
    durations.push(performance.now() - start);
  });
  return { operations: tally.succeeded, ms: durationMs, latency: latencies(durations), ...tally.counts() };
}

/** Sends requests at a fixed rate. A request without a free connection opens one. */
async function runOpenLoop({ url, requests, perSecond, ms }) {
  const freeConnections = await connect(url, 64);
  const factories = requests.map(requestFactory);
  const tally = new Tally();
  const sample = await openLoop({
    perSecond,
    ms,
    call: (index) => send(url, freeConnections, factories[index % factories.length], tally),
  });
  return { ms: sample.ms, latency: sample.latency, operations: tally.succeeded, ...tally.counts() };
}

/** Sends one request and returns its answer. */
async function sendOnce({ url, request }) {
  const [connection] = await connect(url, 1);
  const { status, body } = await connection.send(requestFactory(request)());
  return { status, body: body.toString() };
}

/** Counts the answers of a run. */
class Tally {
  succeeded = 0;
  #failures = {};
  /** Refusals with 429 or 503 that say when to try again. */
  #shed = 0;

  add({ status, head, body }) {
    if (status < 300) return void (this.succeeded += 1);
    if ((status === 503 || status === 429) && /\nretry-after: \d/i.test(head)) return void (this.#shed += 1);
    this.addFailure(`${status} ${body.toString().slice(0, 200)}`);
  }

  addFailure(reason) {
    this.#failures[reason] = (this.#failures[reason] ?? 0) + 1;
  }

  counts() {
    return { shed: this.#shed, failures: this.#failures };
  }
}

async function send(url, freeConnections, next, tally) {
  let connection = freeConnections.pop();
  try {
    connection ??= await HttpConnection.connect(new URL(url));
    tally.add(await connection.send(next()));
    freeConnections.push(connection);
  } catch (error) {
    connection?.close();
    tally.addFailure(error.message);
  }
}

/** Returns a function that returns the bytes of the next request. A write gets a new name and a new idempotency key. */
function requestFactory(request) {
  if (request.method === 'GET') {
    const bytes = requestBytes(request);
    return () => bytes;
  }
  const text = JSON.stringify(request.body);
  return () =>
    requestBytes({
      ...request,
      idempotencyKey: uniqueName(),
      body: JSON.parse(text.replaceAll('{unique}', uniqueName())),
    });
}

const uniqueName = () => randomBytes(9).toString('hex');

async function connect(url, count) {
  const freeConnections = (connections.get(url) ?? []).filter(({ isOpen }) => isOpen);
  connections.set(url, freeConnections);
  while (freeConnections.length < count) freeConnections.push(await HttpConnection.connect(new URL(url)));
  return freeConnections;
}

function closeAll() {
  for (const freeConnections of connections.values()) for (const connection of freeConnections) connection.close();
}
