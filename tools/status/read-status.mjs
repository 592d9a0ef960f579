import { parseMetrics } from '../load/ops/prometheus-text.mjs';

const TIMEOUT_MS = 5_000;

/**
 * Reads the health and the metrics of a process. Returns a row per service of the process: `{ process, service,
 * version, state, problem, startedAt, outbox, oldestS, lag, deadLetters, jobs, usedConnections,
 * waitingForConnection }`. A value that the process does not have is undefined. `state` is `ready`, `not ready` or
 * `no answer`.
 */
export async function readStatus({ name, url }) {
  try {
    const [health, text] = await Promise.all([
      fetch(new URL('/health/ready', url), { signal: AbortSignal.timeout(TIMEOUT_MS) }).then((answer) => answer.json()),
      fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).then((answer) => answer.text()),
    ]);
    return rowsOf({ name, health, metrics: parseMetrics(text) });
  } catch (error) {
    return [{ process: name, service: name, state: 'no answer', problem: error.cause?.message ?? error.message }];
  }
}

/** Returns a row per service, from the health and the metrics of a process. */
export function rowsOf({ name, health, metrics }) {
  const samplesOf = (metric) => metrics.get(metric) ?? [];
  const services = [...new Set(samplesOf('cordee_outbox_events').map(({ labels }) => labels.service))];
  const [processStart] = samplesOf('process_start_time_seconds');
  return (services.length === 0 ? [health.service] : services).map((service) => {
    const sum = (metric, matches = () => true) => {
      const values = samplesOf(metric).filter(({ labels }) => labels.service === service && matches(labels));
      return values.length === 0 ? undefined : values.reduce((total, { value }) => total + value, 0);
    };
    // A consumer has the name `<consuming service>__<publishing service>`.
    const consumers = samplesOf('cordee_consumer_pending').filter(({ labels }) =>
      labels.consumer.startsWith(`${service}__`),
    );
    const problem = health.problems?.[service] ?? (services.length > 1 ? undefined : firstOf(health.problems));
    return {
      process: name,
      service,
      version: health.version,
      state: problem === undefined ? 'ready' : 'not ready',
      problem,
      startedAt: processStart && new Date(processStart.value * 1_000).toISOString(),
      outbox: sum('cordee_outbox_events'),
      oldestS: sum('cordee_outbox_oldest_seconds'),
      lag: consumers.length === 0 ? undefined : consumers.reduce((total, { value }) => total + value, 0),
      deadLetters: sum('cordee_dead_letters'),
      jobs: sum('cordee_jobs', ({ state }) => state === 'wait'),
      usedConnections: sum('cordee_database_connections', ({ state }) => state === 'used'),
      waitingForConnection: sum('cordee_database_connections', ({ state }) => state === 'waiting'),
    };
  });
}

const firstOf = (problems = {}) => Object.values(problems)[0];
