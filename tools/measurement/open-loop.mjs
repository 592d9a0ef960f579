import { startAtPlannedTimes } from './planned-times.mjs';
import { latencies } from './statistics.mjs';

/**
 * Makes calls at a fixed rate, independent of the answers. The latency of a call starts at its planned time, so the
 * latency includes the delay of a call that starts too late.
 */
export async function openLoop({ perSecond, ms, call }) {
  const callCount = Math.round((perSecond * ms) / 1_000);
  const durations = new Float64Array(callCount);
  let settledCount = 0;
  const errors = {};
  const { promise: allSettled, resolve: finish } = Promise.withResolvers();
  const start = performance.now();
  const plannedTime = (index) => start + (index * 1_000) / perSecond;
  const settle = (index, error) => {
    durations[index] = performance.now() - plannedTime(index);
    if (error) errors[reasonOf(error)] = (errors[reasonOf(error)] ?? 0) + 1;
    if ((settledCount += 1) === callCount) finish();
  };
  await startAtPlannedTimes(
    (index) => (index < callCount ? plannedTime(index) : undefined),
    (index) =>
      call(index).then(
        () => settle(index),
        (error) => settle(index, error),
      ),
  );
  await allSettled;
  return { operations: callCount, ms: performance.now() - start, errors, latency: latencies(durations) };
}

/** Returns the code and the text of an error. Errors are counted by this text. */
export const reasonOf = ({ code, detail, message }) => [code, detail ?? message].filter(Boolean).join(': ');
