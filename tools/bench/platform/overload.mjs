import { hotWrites, writeRequests } from './hot-writes.mjs';
import { waitUntilIdle } from './wait-until-idle.mjs';

const PEAK_FACTOR = 3;
const RUN_MS = 5_000;

/**
 * Sends more writes than the services can handle. `peak` is the highest measured rate, in calls per second. Returns the
 * share of the peak that succeeds (`goodput`), the number of failed calls, and a table.
 */
export async function measureOverload(caller, installation, peak) {
  const [write] = hotWrites;
  const requests = await writeRequests(write, installation);
  const perSecond = Math.round(PEAK_FACTOR * peak);
  const sample = await caller.ask('runOpenLoop', { url: installation.url, requests, perSecond, ms: RUN_MS });
  await waitUntilIdle();
  const succeededPerSecond = (sample.operations / sample.ms) * 1_000;
  const failedCount = Object.values(sample.failures).reduce((sum, count) => sum + count, 0);
  return {
    goodput: succeededPerSecond / peak,
    failed: failedCount,
    table: {
      title: `Over capacity: "${write.title}" at ${PEAK_FACTOR} times the peak for ${RUN_MS / 1_000} s:`,
      columns: [
        '',
        'planned/s',
        'succeeded/s',
        'of the peak',
        'refused with Retry-After',
        'failed',
        'p50 ms',
        'p99 ms',
      ],
      rows: [
        [
          write.title,
          perSecond,
          succeededPerSecond,
          succeededPerSecond / peak,
          sample.shed,
          failedCount,
          sample.latency.p50,
          sample.latency.p99,
        ],
        ...Object.entries(sample.failures).map(([reason, count]) => [`${reason.slice(0, 80)}: ${count}`]),
      ],
    },
  };
}
