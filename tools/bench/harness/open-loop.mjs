import { latencies } from './statistics.mjs';

const MAX_WAIT_MS = 0.1;
const waitCell = new Int32Array(new SharedArrayBuffer(4));

/**
 * Makes calls at a fixed rate, independent of the answers. The latency of a call starts at its planned time, so the
 * latency includes the delay of a call that starts too late.
 */
export async function openLoop({ perSecond, ms, call }) {
  const callCount = Math.round((perSecond * ms) / 1_000);
  const durations = new Float64Array(callCount);
  let [startedCount, settledCount] = [0, 0];
  const errors = {};
  const { promise: allSettled, resolve: finish } = Promise.withResolvers();
  const start = performance.now();
  const plannedTime = (index) => start + (index * 1_000) / perSecond;
  const settle = (index, error) => {
    durations[index] = performance.now() - plannedTime(index);
    if (error) errors[reasonOf(error)] = (errors[reasonOf(error)] ?? 0) + 1;
    if ((settledCount += 1) === callCount) finish();
  };
  const startDueCalls = () => {
    const now = performance.now();
    while (startedCount < callCount && plannedTime(startedCount) <= now) {
      const index = startedCount;
      startedCount += 1;
      call(index).then(
        () => settle(index),
        (error) => settle(index, error),
      );
    }
    if (startedCount === callCount) return;
    // A timer would wait at least a millisecond, and a busy loop would use a whole core.
    const waitMs = Math.min(MAX_WAIT_MS, plannedTime(startedCount) - performance.now());
    if (waitMs > 0) Atomics.wait(waitCell, 0, 0, waitMs);
    setImmediate(startDueCalls);
  };
  startDueCalls();
  await allSettled;
  return { operations: callCount, ms: performance.now() - start, errors, latency: latencies(durations) };
}

/** Returns the code and the text of an error. Errors are counted by this text. */
export const reasonOf = ({ code, detail, message }) => [code, detail ?? message].filter(Boolean).join(': ');
