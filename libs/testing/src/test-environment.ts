/** Addresses of the real servers that `npm test` brings up; a test without them fails with what to do. */
export function serverUrl(name: 'DATABASE_ADMIN_URL' | 'NATS_URL' | 'REDIS_URL'): string {
  const url = process.env[name];
  if (!url)
    throw new Error(
      `${name} is not set: run the tests with "npm test", or bring the servers up with "npm run infra:up"`,
    );
  return url;
}

/** A number that a longer run of a test may be given (`SEED=7 ROUNDS=50`). */
export function testNumber(name: 'SEED' | 'ROUNDS', otherwise: number): number {
  return Number(process.env[name] ?? otherwise);
}

/** Numbers between 0 and 1 that a seed decides. */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
