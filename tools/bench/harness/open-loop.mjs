import { latencies } from './statistics.mjs';

const MAX_WAIT_MS = 0.1;
const waitCell = new Int32Array(new SharedArrayBuffer(4));

/**
 * Sends calls at a fixed rate, independent of the answers. The latency of a call starts at its planned time, so that it
 * includes the delay of a call that could not be sent in time.
 */
export async function openLoop({ perSecond, ms, call }) {
  const planned = Math.round((perSecond * ms) / 1_000);
  const durations = new Float64Array(planned);
  let [sent, answered] = [0, 0];
  const errors = {};
  const { promise: all, resolve: finish } = Promise.withResolvers();
  const start = performance.now();
  const due = (number) => start + (number * 1_000) / perSecond;
  const settle = (number, error) => {
    durations[number] = performance.now() - due(number);
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
    // A timer waits at least a millisecond, and a busy loop would use a core: wait at most a tenth of a millisecond.
    const waitMs = Math.min(MAX_WAIT_MS, due(sent) - performance.now());
    if (waitMs > 0) Atomics.wait(waitCell, 0, 0, waitMs);
    setImmediate(send);
  };
  send();
  await all;
  return { operations: planned, ms: performance.now() - start, errors, latency: latencies(durations) };
}

/** Returns the text by which errors are counted. */
export const reasonOf = ({ code, detail, message }) => [code, detail ?? message].filter(Boolean).join(': ');
