import { median, spread } from './statistics.mjs';

/**
 * Runs all subjects once per round, each round in another order. Round 0 is a warm-up and does not count.
 *
 * A subject is `{ name, role: 'limit' | 'peer' | 'ours' | 'variant', run(round) }`, or `{ name, role, missing }` when
 * it is not available. `run` returns a sample: `{ operations, ms, cpu?, latency?, value? }`; `cpu` has the CPU
 * milliseconds of each process, and `value` defaults to operations per second.
 */
export async function compare(subjects, rounds, report = () => {}) {
  const running = subjects.filter(({ missing }) => !missing);
  const samples = new Map(running.map((subject) => [subject, []]));
  for (let round = 0; round <= rounds && running.length > 0; round += 1) {
    report(round === 0 ? 'warm-up' : `round ${round} of ${rounds}`);
    for (const subject of rotated(running, round)) {
      const sample = await subject.run(round);
      if (round > 0) samples.get(subject).push(sample);
    }
  }
  return subjects.map((subject) => summary(subject, samples.get(subject)));
}

const rotated = (values, by) => values.map((_, index) => values[(index + by) % values.length]);

const valueOf = ({ value, operations, ms }) => value ?? (operations / ms) * 1_000;

function summary({ name, role, missing, unit }, samples) {
  if (missing) return { name, role, missing };
  return {
    name,
    role,
    unit,
    ...spread(samples.map(valueOf)),
    cpuMsPerOperation: perProcess(samples),
    latencyMs: perQuantile(samples),
  };
}

function perProcess(samples) {
  const names = Object.keys(samples[0].cpu ?? {});
  return Object.fromEntries(
    names.map((name) => [name, median(samples.map(({ cpu, operations }) => cpu[name] / operations))]),
  );
}

function perQuantile(samples) {
  const names = Object.keys(samples[0].latency ?? {});
  return Object.fromEntries(names.map((name) => [name, median(samples.map(({ latency }) => latency[name]))]));
}
