import { startAtPlannedTimes } from '../../measurement/planned-times.mjs';
import { PhaseRecorder } from './phase-recorder.mjs';
import { planTimes } from './rate-plan.mjs';

/**
 * Sends the requests of all streams for one phase: a warm-up, then the measured time. Waits for all outcomes and
 * returns the figures of each stream by its name. `streams` has `{ name, stream, rate }` for each stream. `isStopped`
 * ends the phase early.
 */
export async function runPhase({ streams, warmUpMs, ms, isStopped }) {
  const startAt = performance.now();
  const measuredAt = startAt + warmUpMs;
  const endAt = measuredAt + ms;
  const plans = streams.map(({ name, stream, rate }) => ({
    name,
    stream,
    timeOf: planTimes({ rate, startAt, ms: warmUpMs + ms }),
    recorder: new PhaseRecorder({ rate, startAt: measuredAt, endAt }),
    nextIndex: 0,
  }));
  /** Returns the plan whose next request comes first; undefined when all plans have ended. */
  const earliestPlan = () => {
    let [earliest, earliestAt] = [undefined, Infinity];
    for (const plan of plans) {
      const at = plan.timeOf(plan.nextIndex);
      if (at < earliestAt) [earliest, earliestAt] = [plan, at];
    }
    return earliest;
  };
  let plan;
  await startAtPlannedTimes(
    () => {
      plan = isStopped() ? undefined : earliestPlan();
      return plan?.timeOf(plan.nextIndex);
    },
    (_, plannedAt) => {
      plan.nextIndex += 1;
      plan.stream.send(plannedAt, plan.recorder.includes(plannedAt) ? plan.recorder : undefined);
    },
  );
  if (isStopped()) for (const { recorder } of plans) recorder.stop(performance.now());
  await Promise.all(plans.map(({ stream }) => stream.whenIdle()));
  return Object.fromEntries(plans.map(({ name, recorder }) => [name, recorder.result()]));
}
