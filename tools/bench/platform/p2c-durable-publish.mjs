import { startChild } from '../harness/child.mjs';
import { atLeast } from '../harness/goals.mjs';
import { cpuOfServers } from './servers.mjs';

const IN_FLIGHT = 256;
const RUN_MS = 2_000;

/** P2c: measures publishes of events that the broker syncs to disk before it acknowledges them. */
export const durablePublish = {
  id: 'P2c',
  title: `events published durably, ${IN_FLIGHT} in flight; the broker syncs each before it acknowledges`,
  async open(options) {
    const publisher = await startChild(new URL('publisher.process.mjs', import.meta.url), {}, options);
    const version = await publisher.ask('version');
    const run = async (name) => {
      const before = cpuOfServers(options.folder).nats;
      const sample = await publisher.ask('publish', { publisher: name, inFlight: IN_FLIGHT, ms: RUN_MS });
      return { ...sample, cpu: { publisher: sample.cpu, nats: cpuOfServers(options.folder).nats - before } };
    };
    const [limit, ours] = ['bare publishes', 'NatsBus.publishEvent'];
    return {
      unit: 'events/s',
      subjects: [
        { name: limit, role: 'limit', run: () => run('bare') },
        { name: ours, role: 'ours', run: () => run('bus') },
      ],
      goals: [atLeast(0.8, 'of the bare publishes', ours, limit)],
      notes: () => [`NATS ${version}; atomic batches need 2.12.`],
    };
  },
};
