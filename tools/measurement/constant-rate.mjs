const TICK_MS = 1;

/**
 * Calls `send(index, plannedAt)` at a constant rate per second, also while earlier calls run (open loop). `stop()` ends
 * the calls and returns the results of all calls in their order. A timer starts the calls: the timer is less exact than
 * `startAtPlannedTimes`, but does not keep a processor core busy.
 */
export function startAtRate(rate, send) {
  const startedAt = performance.now();
  const results = [];
  const timer = setInterval(() => {
    while (results.length < ((performance.now() - startedAt) / 1_000) * rate)
      results.push(send(results.length, startedAt + (results.length * 1_000) / rate));
  }, TICK_MS);
  return {
    stop() {
      clearInterval(timer);
      return Promise.all(results);
    },
  };
}
