import { startChild } from '../harness/child.mjs';
import { atLeast, atLeastValue, atMost, ratio } from '../harness/goals.mjs';
import { hotWrites, writeRequests } from './hot-writes.mjs';
import { useInstallation } from './installation.mjs';
import { measureOverload } from './overload.mjs';
import { startRawWrites } from './raw-writes.mjs';
import { countRoundTrips } from './round-trips.mjs';
import { cpuBetween } from './servers.mjs';
import { waitUntilIdle } from './wait-until-idle.mjs';

const IN_FLIGHT = 16;
const RUN_MS = 3_000;

/** P2g: measures writes through the gateway, NATS and a service, in many organizations and in one. */
export const hotWritesMeasurement = {
  id: 'P2g',
  title: `writes through gateway, NATS and service, ${IN_FLIGHT} in flight`,
  async open(options) {
    const roundTrips = await countRoundTrips(options);
    const caller = await startChild(new URL('http-caller.process.mjs', import.meta.url), {}, options);
    const limits = await startRawWrites(caller, options);
    const installation = await useInstallation(options);
    const failures = {};
    const run = async (url, requests, cpu) => {
      const cpuBefore = await cpu();
      const sample = await caller.ask('runClosedLoop', { url, requests, inFlight: IN_FLIGHT, ms: RUN_MS });
      const usedCpu = cpuBetween(cpuBefore, await cpu());
      for (const [reason, count] of Object.entries(sample.failures)) failures[reason] = (failures[reason] ?? 0) + count;
      // Reactions to the events of this run must not disturb the next run.
      await waitUntilIdle();
      return { ...sample, cpu: usedCpu };
    };
    const subjects = [];
    for (const write of hotWrites) {
      const { captureCount, statementCount, servers } = limits.get(write.name);
      const requests = Array.from({ length: captureCount }, (_, index) => ({
        method: 'POST',
        path: `/write/${index}`,
        body: {},
      }));
      for (const { isPipelined, url, cpu } of servers)
        subjects.push({
          name: `${write.title}, ${isPipelined ? AT_ONCE : STEP_BY_STEP}`,
          role: isPipelined ? 'variant' : 'limit',
          of: write.title,
          // The transaction starts and ends with a round trip of its own.
          roundTrips: isPipelined ? 1 : statementCount + 2,
          async run() {
            const sample = await run(url, requests, cpu);
            const [reason] = Object.keys(sample.failures);
            if (reason) throw new Error(`the limit of "${write.title}" fails: ${reason}`);
            return sample;
          },
        });
      for (const isOneOrganization of [false, true])
        subjects.push({
          name: oursName(write, isOneOrganization),
          role: isOneOrganization ? 'variant' : 'ours',
          of: write.title,
          roundTrips: roundTrips[write.name].ours.all,
          run: async () =>
            run(installation.url, await writeRequests(write, installation, { isOneOrganization }), async () =>
              installation.cpu(),
            ),
        });
    }
    let overload;
    return {
      unit: 'calls/s',
      subjects,
      tables: [
        async (results) => {
          const peak = results.find(({ name }) => name === oursName(hotWrites[0], false)).median;
          overload = await measureOverload(caller, installation, peak);
          return overload.table;
        },
      ],
      goals: [
        ...hotWrites.flatMap((write) => {
          const [many, one] = [oursName(write, false), oursName(write, true)];
          return [
            atLeast(0.3, `of the limit: ${write.title}`, many, limitName(write), limitName(write)),
            atLeast(0.5, `of many organizations in one organization: ${write.title}`, one, many, many),
          ];
        }),
        {
          ...atLeastValue(0.8, 'over capacity, goodput ≥ 0.8 of the peak', () => overload.goodput),
          unit: 'of the peak',
        },
        atMost(0, 'over capacity, no refusal without Retry-After', () => overload.failed, 'calls'),
        atMost(0, 'no failed call', () => Object.values(failures).reduce((sum, count) => sum + count, 0), 'calls'),
      ],
      notes: (results) => [
        'The CPU time of a run includes the reactions to its events that run at the same time.',
        'The limit replays the rows that the service wrote for such a call, events included, with new ids.',
        ...hotWrites.map((write) => {
          const share = ratio(results, oursName(write, false), `${write.title}, ${AT_ONCE}`) ?? 0;
          return `${write.title}: ${share.toFixed(3)} of the limit that sends all statements at once.`;
        }),
        ...Object.entries(failures).map(([reason, count]) => `${count} calls failed with ${reason}`),
      ],
      close: () => caller.stop(),
    };
  },
};

const STEP_BY_STEP = 'one pg transaction';
const AT_ONCE = 'one pg transaction, pipelined';
const limitName = ({ title }) => `${title}, ${STEP_BY_STEP}`;
const oursName = ({ title }, isOneOrganization) =>
  `${title}, ${isOneOrganization ? 'one organization' : 'many organizations'}`;
