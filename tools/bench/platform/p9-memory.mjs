import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { atMost } from '../harness/goals.mjs';
import { useInstallation } from './installation.mjs';
import { waitUntilIdle } from './wait-until-idle.mjs';

const SETTLE_MS = 15_000;
const KIB_PER_MIB = 1_024;

/** P9: measures the memory in RAM of all services in one process, and of each service in its own process. */
export const memory = {
  id: 'P9',
  title: 'memory in RAM after the start, without calls',
  async open(options) {
    let [allInOne, separate] = [[], []];
    const largest = (list) => Math.max(...list.map(({ mib }) => mib));
    return {
      unit: 'MiB',
      tables: [
        async () => {
          allInOne = await measure(options, false);
          separate = await measure(options, true);
          return {
            title: `Memory in RAM (VmRSS) ${SETTLE_MS / 1_000} s after the start, MiB:`,
            columns: ['', 'MiB', 'largest so far (VmHWM)'],
            rows: [...allInOne, ...separate].map(({ name, mib, peakMib }) => [name, mib, peakMib]),
          };
        },
      ],
      goals: [
        atMost(400, 'all-in-one: ≤ 400 MiB', () => largest(allInOne), 'MiB'),
        atMost(200, 'each service: ≤ 200 MiB', () => largest(separate), 'MiB'),
      ],
      notes: () => ['The databases have the people and organizations of the benchmark.'],
    };
  },
};

async function measure(options, isSeparate) {
  const { services } = await useInstallation(options, { isSeparate, isNew: true });
  await waitUntilIdle();
  await sleep(SETTLE_MS);
  return services
    .filter(({ name }) => name !== 'mail-catcher')
    .map(({ name, pid }) => {
      const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
      const read = (field) => Number(new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(status)[1]) / KIB_PER_MIB;
      return { name, mib: read('VmRSS'), peakMib: read('VmHWM') };
    });
}
