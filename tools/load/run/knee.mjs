/** The rate grows by this factor until a phase is not sustained. */
const GROWTH = 1.6;
/** The search ends when the two limits of the knee differ by less than this share. */
const PRECISION = 0.1;
const MAX_PHASES = 20;
/** Share of the planned requests that must succeed within the phase. */
const MIN_GOODPUT_SHARE = 0.95;

/** Returns the reason why a phase was not sustained, or undefined when the phase was sustained. */
export function reasonNotSustained({ rate, goodput, latency }, maxP99) {
  if (goodput < MIN_GOODPUT_SHARE * rate) return `goodput is below ${MIN_GOODPUT_SHARE * 100} % of the rate`;
  if (latency.ok.p99 > maxP99) return `p99 is above ${maxP99} ms`;
  return undefined;
}

/**
 * Searches the highest rate that is sustained: first with growing rates, then by bisection. `runPhase(rate)` measures
 * a rate. Returns `{ sustained, exceeded }`: the highest rate that was sustained and the lowest rate that was not.
 * Either can be undefined.
 */
export async function findKnee({ firstRate, maxP99, maxRate = Infinity, isStopped = () => false, runPhase }) {
  let [sustained, exceeded] = [undefined, undefined];
  for (let phase = 0, rate = firstRate; phase < MAX_PHASES; phase += 1) {
    const result = await runPhase(rate);
    if (isStopped()) break;
    if (reasonNotSustained(result, maxP99) === undefined) sustained = rate;
    else exceeded = rate;
    if (sustained !== undefined && exceeded !== undefined && exceeded - sustained < PRECISION * exceeded) break;
    if (sustained >= maxRate) break;
    rate =
      exceeded === undefined
        ? Math.min(maxRate, Math.round(sustained * GROWTH * 10) / 10)
        : sustained === undefined
          ? exceeded / 2
          : (sustained + exceeded) / 2;
    // At a rate this low, errors and not the load are the cause, so a lower rate would not help.
    if (rate < Math.min(1, firstRate / 32)) break;
  }
  return { sustained, exceeded };
}
