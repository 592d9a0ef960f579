import { findKnee, reasonNotSustained } from './knee.mjs';
import { runPhase } from './run-phase.mjs';

/** Phases of the search are short; they only find out whether a rate is sustained. */
const KNEE_PHASE_MS = 5_000;
/** Longest warm-up of the phases after the first; during this time, connections and caches adapt to the new rate. */
const MAX_LATER_WARM_UP_MS = 1_000;

/**
 * Runs all phases. `streams` has the main stream and optionally the stream of `--beside`. Returns `{ phases, knee }`.
 * The thresholds apply to the last phase.
 */
export async function runLoad({ options, streams, originAt, isStopped, note, setPhase }) {
  const phases = [];
  const run = async (title, rate, ms) => {
    const isFirst = phases.length === 0;
    const warmUpMs = isFirst ? options.warmUp * 1_000 : Math.min(MAX_LATER_WARM_UP_MS, options.warmUp * 1_000);
    setPhase({ title, rate, seconds: (warmUpMs + ms) / 1_000 });
    const streamRates = [{ name: 'main', stream: streams.main, rate }];
    if (streams.beside) streamRates.push({ name: 'beside', stream: streams.beside, rate: options.beside.rate });
    const measuredAt = performance.now() + warmUpMs;
    const results = await runPhase({ streams: streamRates, warmUpMs, ms, isStopped });
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

/** Returns the knee of a ramp: the last rate that was sustained and the first rate that was not. */
function kneeOf(phases, { kneeP99 }) {
  const exceededIndex = phases.findIndex(({ main }) => reasonNotSustained(main, kneeP99) !== undefined);
  if (exceededIndex === -1) return { sustained: phases.at(-1)?.rate };
  return { sustained: phases[exceededIndex - 1]?.rate, exceeded: phases[exceededIndex].rate };
}
