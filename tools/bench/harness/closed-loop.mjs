/**
 * Makes synchronous calls one after the other for about `ms`. Reads the clock after each `batch` of calls. Returns the
 * number of calls and the duration.
 */
export function runFor(ms, call, batch = 256) {
  let operations = 0;
  const start = performance.now();
  let now = start;
  while (now - start < ms) {
    for (let count = 0; count < batch; count += 1) call(operations + count);
    operations += batch;
    now = performance.now();
  }
  return { operations, ms: now - start };
}

/** Keeps a number of asynchronous calls in flight for about `ms`. Returns the number of calls and the duration. */
export async function keepInFlight(inFlight, ms, call) {
  const start = performance.now();
  let operations = 0;
  const worker = async () => {
    while (performance.now() - start < ms) await call((operations += 1));
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return { operations, ms: performance.now() - start };
}
