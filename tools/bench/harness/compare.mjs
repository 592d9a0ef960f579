import { median, spread } from '../../measurement/statistics.mjs';

/** A round that takes longer reports the subject that runs. */
const REPORT_AFTER_MS = 15_000;

/**
 * Runs all subjects once per round, each round in another order. Round 0 is a warm-up, and its samples are discarded.
 *
 * A subject is `{ name, role: 'limit' | 'peer' | 'ours' | 'variant', run(round) }`. A subject that is not available is
 * `{ name, role, missing }`, where `missing` is the reason. When a measurement has several limits, `of` is the same
 * text in a limit and in the subjects that are compared with it. `roundTrips` is a known count per operation. `run`
 * returns a sample `{ operations, ms, cpu?, latency?, value? }`. `cpu` has the CPU milliseconds of each process.
 * `value` defaults to operations per second.
 */
export async function compare(subjects, rounds, report = () => {}) {
  const availableSubjects = subjects.filter(({ missing }) => !missing);
  const samples = new Map(availableSubjects.map((subject) => [subject, []]));
  for (let round = 0; round <= rounds && availableSubjects.length > 0; round += 1) {
    const roundName = round === 0 ? 'warm-up' : `round ${round} of ${rounds}`;
    report(roundName);
    let reportedAt = performance.now();
    for (const subject of rotate(availableSubjects, round)) {
      if (performance.now() - reportedAt > REPORT_AFTER_MS) {
        report(`${roundName}, ${subject.name}`);
        reportedAt = performance.now();
      }
      const sample = await subject.run(round);
      if (round > 0) samples.get(subject).push(sample);
    }
  }
  return subjects.map((subject) => summarize(subject, samples.get(subject)));
}

const rotate = (values, offset) => values.map((_, index) => values[(index + offset) % values.length]);

const valueOf = ({ value, operations, ms }) => value ?? (operations / ms) * 1_000;

function summarize({ name, role, missing, unit, of, roundTrips }, samples) {
  if (missing) return { name, role, missing };
  return {
    name,
    role,
    unit,
    of,
    roundTrips,
    ...spread(samples.map(valueOf)),
    cpuMsPerOperation: medianCpuPerOperation(samples),
    latencyMs: medianLatencies(samples),
  };
}

/** Returns the median CPU milliseconds per operation of each process. */
function medianCpuPerOperation(samples) {
  const names = Object.keys(samples[0].cpu ?? {});
  return Object.fromEntries(
    names.map((name) => [name, median(samples.map(({ cpu, operations }) => cpu[name] / operations))]),
  );
}

/** Returns the median of each latency quantile. */
function medianLatencies(samples) {
  const names = Object.keys(samples[0].latency ?? {});
  return Object.fromEntries(names.map((name) => [name, median(samples.map(({ latency }) => latency[name]))]));
}
