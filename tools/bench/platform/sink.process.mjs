// Runs the service that reacts to events, in its own process.
import { ownCpu } from '../../measurement/cpu.mjs';
import { handleRequests } from '../harness/handle-requests.mjs';
import { sinkService, startService } from './bench-service.mjs';
import { monotonicMs } from './monotonic-ms.mjs';

let input;
let stopService;
let expectedCount = Number.POSITIVE_INFINITY;
let onFinished;
/** The time of the commit of each reaction by item. */
let effects = [];
let cpuAtStart;
handleRequests({ start, consume, takeEffects, open, stop: () => stopService?.() });

function start(startInput) {
  input = startInput;
}

/** Starts the service, which then reacts to all stored events and to new events. */
async function open() {
  stopService = await startService(sinkService(react), input.databaseUrl);
}

async function react(event, { em, afterCommit }) {
  if (input.writesEffect)
    await em.execute('insert into effect (id, text) values (?, ?)', [event.data.itemId, event.data.text]);
  afterCommit(() => {
    if (effects.length === 0) cpuAtStart = ownCpu();
    effects.push([event.data.itemId, monotonicMs()]);
    if (effects.length === expectedCount) onFinished();
  });
}

/** Starts the service, handles this number of stored events and stops the service. Start and stop are not measured. */
async function consume({ count }) {
  const finished = new Promise((resolve) => (onFinished = resolve));
  [effects, expectedCount] = [[], count];
  await open();
  await finished;
  const cpu = ownCpu() - cpuAtStart;
  await stopService();
  stopService = undefined;
  // The first event is the start of the measurement, so it is not counted.
  return { operations: count - 1, ms: effects.at(-1)[1] - effects[0][1], cpu };
}

/** Waits until this number of events is handled. Returns the time of each commit by item, and forgets the times. */
async function takeEffects({ count }) {
  if (effects.length < count) {
    expectedCount = count;
    await new Promise((resolve) => (onFinished = resolve));
  }
  const taken = effects;
  effects = [];
  return taken;
}
