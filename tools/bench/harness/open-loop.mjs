import { latencies } from './statistics.mjs';

const NAP_MS = 0.1;
const pillow = new Int32Array(new SharedArrayBuffer(4));

/**
 * Calls at a fixed rate whatever the answers do. The latency of a call begins when it was planned, so that one that had to wait for its turn
 * counts as long as whoever asked would have waited.
 */
export async function openLoop({ perSecond, ms, call }) {
  const planned = Math.round((perSecond * ms) / 1_000);
  const taken = new Float64Array(planned);
  let [sent, answered] = [0, 0];
  const errors = {};
  const { promise: all, resolve: finish } = Promise.withResolvers();
  const start = performance.now();
  const due = (number) => start + (number * 1_000) / perSecond;
  const settle = (number, error) => {
    taken[number] = performance.now() - due(number);
    if (error) errors[reasonOf(error)] = (errors[reasonOf(error)] ?? 0) + 1;
    if ((answered += 1) === planned) finish();
  };
  const send = () => {
    const now = performance.now();
    while (sent < planned && due(sent) <= now) {
      const number = sent;
      sent += 1;
      call(number).then(
        () => settle(number),
        (error) => settle(number, error),
      );
    }
    if (sent === planned) return;
    // A timer sleeps a whole millisecond, and to spin would take a core from what is measured: a tenth at most.
    const rest = Math.min(NAP_MS, due(sent) - performance.now());
    if (rest > 0) Atomics.wait(pillow, 0, 0, rest);
    setImmediate(send);
  };
  send();
  await all;
  return { operations: planned, ms: performance.now() - start, errors, latency: latencies(taken) };
}

/** What errors are counted by. */
export const reasonOf = ({ code, detail, message }) => [code, detail ?? message].filter(Boolean).join(': ');
