import { findKnee, reasonNotSustained } from './knee.mjs';
import { runPhase } from './run-phase.mjs';

/** Phases of the search are short; they only find out whether a rate is sustained. */
const KNEE_PHASE_MS = 5_000;
/** Longest warm-up of the phases after the first; in it, connections and caches adapt to the new rate. */
const MAX_LATER_WARM_UP_MS = 1_000;

/**
 * Runs all phases. `streams` has the main stream and optionally the stream beside. Returns `{ phases, knee }`. The last
 * phase is the one that thresholds apply to.
 */
export async function runLoad({ options, streams, originAt, isStopped, note, setPhase }) {
  const phases = [];
  const run = async (title, rate, ms) => {
    const isFirst = phases.length === 0;
    const warmUpMs = isFirst ? options.warmUp * 1_000 : Math.min(MAX_LATER_WARM_UP_MS, options.warmUp * 1_000);
    setPhase({ title, rate, seconds: (warmUpMs + ms) / 1_000 });
    const lanes = [{ name: 'main', stream: streams.main, rate }];
    if (streams.beside) lanes.push({ name: 'beside', stream: streams.beside, rate: options.beside.rate });
    const measuredAt = performance.now() + warmUpMs;
    const results = await runPhase({ streams: lanes, warmUpMs, ms, isStopped });
    const from = (measuredAt - originAt) / 1_000;
    phases.push({ title, rate, measured: { from, to: from + results.main.seconds }, ...results });
    return results.main;
  };
  if (options.ramp) {
    for (const rate of options.ramp) if (!isStopped()) await run(`${rate}/s`, rate, options.duration * 1_000);
    return { phases, knee: kneeOf(phases, options) };
  }
  if (!options.findKnee) {
    await run('steady', options.rate, options.duration * 1_000);
    return { phases };
  }
  const knee = await findKnee({
    firstRate: options.rate,
    maxP99: options.kneeP99,
    isStopped,
    runPhase: async (rate) => {
      const result = await run(`search ${rateWithUnit(rate)}`, rate, KNEE_PHASE_MS);
      const reason = reasonNotSustained(result, options.kneeP99);
      note(`${rateWithUnit(rate)}: ${reason ?? 'sustained'}`);
      return result;
    },
  });
  if (knee.sustained !== undefined && !isStopped())
    await run('steady', knee.sustained * options.kneeShare, options.duration * 1_000);
  return { phases, knee };
}

const rateWithUnit = (rate) => `${rate.toLocaleString('en', { maximumFractionDigits: 1 })}/s`;

/** The knee of a ramp lies between the last sustained rate and the first that was not sustained. */
function kneeOf(phases, { kneeP99 }) {
  const first = phases.findIndex(({ main }) => reasonNotSustained(main, kneeP99) !== undefined);
  if (first === -1) return { sustained: phases.at(-1)?.rate };
  return { sustained: phases[first - 1]?.rate, exceeded: phases[first].rate };
}
