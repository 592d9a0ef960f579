const MAX_WAIT_MS = 0.1;
/** A timer can be late by this time, so a timer is set to end this time before the next planned time. */
const TIMER_MARGIN_MS = 2;
/** `Atomics.wait` waits on this value, which never changes, until its timeout. */
const waitCell = new Int32Array(new SharedArrayBuffer(4));

/**
 * Calls `start(index, plannedAt)` at the planned time of each index, until `plannedTime(index)` returns undefined.
 * Times are values of `performance.now()`. A call that is late starts at once: the rate does not depend on the answers.
 */
export function startAtPlannedTimes(plannedTime, start) {
  let index = 0;
  return new Promise((resolve, reject) => {
    const startDueCalls = () => {
      try {
        const now = performance.now();
        let plannedAt = plannedTime(index);
        for (; plannedAt !== undefined && plannedAt <= now; plannedAt = plannedTime(index)) {
          start(index, plannedAt);
          index += 1;
        }
        if (plannedAt === undefined) return resolve(index);
        const msUntilNext = plannedAt - performance.now();
        if (msUntilNext > 2 * TIMER_MARGIN_MS) return setTimeout(startDueCalls, msUntilNext - TIMER_MARGIN_MS);
        // A timer would be too late, and a busy loop would use a whole core.
        const waitMs = Math.min(MAX_WAIT_MS, msUntilNext);
        if (waitMs > 0) Atomics.wait(waitCell, 0, 0, waitMs);
        setImmediate(startDueCalls);
      } catch (error) {
        reject(error);
      }
    };
    startDueCalls();
  });
}
