import { startAtPlannedTimes } from '../../measurement/planned-times.mjs';
import { PhaseRecorder } from './phase-recorder.mjs';
import { plannedTimes } from './rate-plan.mjs';

/**
 * Sends the requests of all streams for one phase: a warm-up, then the measured time. Waits for all outcomes and
 * returns the figures of each stream by its name. `streams` has `{ name, stream, rate }` for each stream. `isStopped`
 * ends the phase early.
 */
export async function runPhase({ streams, warmUpMs, ms, isStopped }) {
  const startAt = performance.now();
  const measuredAt = startAt + warmUpMs;
  const endAt = measuredAt + ms;
  const lanes = streams.map(({ name, stream, rate }) => ({
    name,
    stream,
    timeOf: plannedTimes({ rate, startAt, ms: warmUpMs + ms }),
    recorder: new PhaseRecorder({ rate, startAt: measuredAt, endAt }),
    next: 0,
  }));
  const nextLane = () => {
    let [first, firstAt] = [undefined, Infinity];
    for (const lane of lanes) {
      const at = lane.timeOf(lane.next);
      if (at < firstAt) [first, firstAt] = [lane, at];
    }
    return first;
  };
  let lane;
  await startAtPlannedTimes(
    () => {
      lane = isStopped() ? undefined : nextLane();
      return lane?.timeOf(lane.next);
    },
    (_, plannedAt) => {
      lane.next += 1;
      lane.stream.send(plannedAt, lane.recorder.includes(plannedAt) ? lane.recorder : undefined);
    },
  );
  if (isStopped()) for (const { recorder } of lanes) recorder.stop(performance.now());
  await Promise.all(lanes.map(({ stream }) => stream.drained()));
  return Object.fromEntries(lanes.map(({ name, recorder }) => [name, recorder.result()]));
}
