import { startChild } from '../harness/child.mjs';
import { atLeast, atMost } from '../harness/goals.mjs';
import { progress } from '../harness/progress.mjs';
import { hotReads, readRequests, requireSameAnswers, startRawReads } from './hot-reads.mjs';
import { useInstallation } from './installation.mjs';
import { countRoundTrips } from './round-trips.mjs';
import { cpuBetween, cpuOfServers } from './servers.mjs';

const IN_FLIGHT = 16;
const RUN_MS = 2_000;
const COMPARED_REQUESTS = 20;

/** P2f: measures reads through the gateway, NATS and a service, against Fastify with prepared statements. */
export const hotReadsMeasurement = {
  id: 'P2f',
  title: `reads through gateway, NATS and service, ${IN_FLIGHT} in flight`,
  async open(options) {
    const roundTrips = await countRoundTrips(options);
    const installation = await useInstallation(options);
    const caller = await startChild(new URL('http-caller.process.mjs', import.meta.url), {}, options);
    const raw = await startRawReads(options);
    const { url } = installation;
    progress('P2f: comparing the answers of the services and of the limit');
    for (const read of hotReads)
      await requireSameAnswers(
        caller,
        (await readRequests(read, installation)).slice(0, COMPARED_REQUESTS),
        url,
        raw.url,
      );

    const failures = {};
    const run = async (read, server, cpu) => {
      const requests = await readRequests(read, installation);
      const cpuBefore = await cpu();
      const sample = await caller.ask('runClosedLoop', { url: server, requests, inFlight: IN_FLIGHT, ms: RUN_MS });
      const usedCpu = cpuBetween(cpuBefore, await cpu());
      for (const [reason, count] of Object.entries(sample.failures)) failures[reason] = (failures[reason] ?? 0) + count;
      return { ...sample, cpu: usedCpu };
    };
    const rawCpu = async () => ({ server: await raw.cpu(), postgres: cpuOfServers(options.folder).postgres });
    const limitName = ({ title }) => `${title}, Fastify and pg`;
    return {
      unit: 'calls/s',
      subjects: hotReads.flatMap((read) => [
        {
          name: limitName(read),
          role: 'limit',
          of: read.title,
          roundTrips: roundTrips[read.name].limit.all,
          run: () => run(read, raw.url, rawCpu),
        },
        {
          name: read.title,
          role: 'ours',
          of: read.title,
          roundTrips: roundTrips[read.name].ours.all,
          run: () => run(read, url, async () => installation.cpu()),
        },
      ]),
      goals: [
        ...hotReads.map((read) => atLeast(read.goal, read.title, read.title, limitName(read), limitName(read))),
        atMost(0, 'no failed call', () => Object.values(failures).reduce((sum, count) => sum + count, 0), 'calls'),
      ],
      notes: () => [
        'Both sides give equal answers to the same requests, from the same rows.',
        'The limit has no sign-in and no row-level security.',
        'The client has its own process on the same cores; its CPU time is not counted.',
        ...Object.entries(failures).map(([reason, count]) => `${count} calls failed with ${reason}`),
      ],
      close: () => Promise.all([raw.stop(), caller.stop()]),
    };
  },
};
