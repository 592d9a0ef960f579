/** Calls one after the other for about `ms`; no promise is waited for. Answers how many, and how long it took. */
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

/** Keeps so many calls under way for about `ms`. */
export async function keepInFlight(inFlight, ms, call) {
  const start = performance.now();
  let operations = 0;
  const lane = async () => {
    while (performance.now() - start < ms) await call((operations += 1));
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return { operations, ms: performance.now() - start };
}
