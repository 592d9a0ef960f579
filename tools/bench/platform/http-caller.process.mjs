// Sends requests over HTTP from its own process, so that the CPU time of the client is not counted.
import { randomBytes } from 'node:crypto';
import { keepInFlight } from '../harness/closed-loop.mjs';
import { handleRequests } from '../harness/handle-requests.mjs';
import { openLoop } from '../../measurement/open-loop.mjs';
import { latencies } from '../../measurement/statistics.mjs';
import { HttpConnection, requestBytes } from './http-connection.mjs';

/** Connections by server. They stay open between the rounds. */
const connections = new Map();
handleRequests({ start: () => {}, closed, open, once, stop: closeAll });

/** Keeps a number of requests in flight. The requests of the list are sent in turn. */
async function closed({ url, requests, inFlight, ms }) {
  const free = await connect(url, inFlight);
  const prepared = requests.map(prepare);
  const durations = [];
  const tally = new Tally();
  const { ms: took } = await keepInFlight(inFlight, ms, async (count) => {
    const start = performance.now();
    await send(url, free, prepared[count % prepared.length], tally);
    durations.push(performance.now() - start);
  });
  return { operations: tally.succeeded, ms: took, latency: latencies(durations), ...tally.counts() };
}

/** Sends requests at a fixed rate. A request without a free connection opens one. */
async function open({ url, requests, perSecond, ms }) {
  const free = await connect(url, 64);
  const prepared = requests.map(prepare);
  const tally = new Tally();
  const sample = await openLoop({
    perSecond,
    ms,
    call: (index) => send(url, free, prepared[index % prepared.length], tally),
  });
  return { ms: sample.ms, latency: sample.latency, operations: tally.succeeded, ...tally.counts() };
}

/** Sends one request and returns its answer. */
async function once({ url, request }) {
  const [connection] = await connect(url, 1);
  const { status, body } = await connection.send(prepare(request)());
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

async function send(url, free, next, tally) {
  let connection = free.pop();
  try {
    connection ??= await HttpConnection.connect(new URL(url));
    tally.add(await connection.send(next()));
    free.push(connection);
  } catch (error) {
    connection?.close();
    tally.addFailure(error.message);
  }
}

/** Returns a function that returns the bytes of the next request. A write gets a new name and a new idempotency key. */
function prepare(request) {
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
  const free = (connections.get(url) ?? []).filter(({ isOpen }) => isOpen);
  connections.set(url, free);
  while (free.length < count) free.push(await HttpConnection.connect(new URL(url)));
  return free;
}

function closeAll() {
  for (const free of connections.values()) for (const connection of free) connection.close();
}
