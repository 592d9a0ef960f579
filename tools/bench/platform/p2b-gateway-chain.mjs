import { newId } from '@cordee/contracts/id';
import { startChild } from '../harness/child.mjs';
import { atLeast, atMost, latencyAtMost } from '../harness/goals.mjs';
import { signIn } from './people.mjs';
import { useInstallation } from './installation.mjs';
import { cpuBetween, cpuOfServers } from './servers.mjs';

const IN_FLIGHT = 32;
const RUN_MS = 3_000;
/** The planned rate of the open loop, in calls per second. */
const PER_SECOND = 500;
const SUBJECT = 'bench.chain';

/** P2b: measures calls through the gateway and NATS to a service that uses no database, against the bare chain. */
export const gatewayChain = {
  id: 'P2b',
  title: 'gateway with authentication, validation, trace and log → NATS → service, without database',
  async open(options) {
    const installation = await useInstallation(options, { isSeparate: true });
    const start = (file, input) => startChild(new URL(file, import.meta.url), input, options);
    const caller = await start('http-caller.process.mjs', {});
    const requestsOf = async () => {
      await signIn(installation.url, installation.people);
      return installation.organizations.read.map(({ path, owner }) => ({
        method: 'GET',
        path: `${path}/access/check?right=technical&productId=${newId('prd', new Date())}`,
        token: owner.token,
      }));
    };
    const answer = await caller.ask('sendOnce', { url: installation.url, request: (await requestsOf())[0] });
    if (answer.status !== 200) throw new Error(`the check answers ${answer.status} ${answer.body}`);
    const echo = await start('../access/echo.process.mjs', { subject: SUBJECT, bytes: answer.body.length });
    const chain = await start('raw-chain.process.mjs', {});
    const chainUrl = await chain.ask('listen', { subject: SUBJECT });

    const failures = {};
    const run = async (loop, url, cpu) => {
      const requests = await requestsOf();
      const cpuBefore = await cpu();
      const sample = await caller.ask(loop, { url, requests, inFlight: IN_FLIGHT, perSecond: PER_SECOND, ms: RUN_MS });
      const usedCpu = cpuBetween(cpuBefore, await cpu());
      for (const [reason, count] of Object.entries(sample.failures)) failures[reason] = (failures[reason] ?? 0) + count;
      return { ...sample, cpu: usedCpu };
    };
    const cpuOfChain = async () => ({
      gateway: await chain.ask('cpu'),
      service: await echo.ask('cpu'),
      nats: cpuOfServers(options.folder).nats,
    });
    const cpuOfOurs = async () => {
      const { gateway, teams: service, nats } = installation.cpu();
      return { gateway, service, nats };
    };
    const plannedText = `${PER_SECOND.toLocaleString('en')}/s planned (open loop)`;
    const names = {
      limit: `Fastify → NATS → echo, ${IN_FLIGHT} in flight`,
      ours: `gateway → NATS → teams, ${IN_FLIGHT} in flight`,
      limitOpen: `Fastify → NATS → echo, ${plannedText}`,
      oursOpen: `gateway → NATS → teams, ${plannedText}`,
    };
    return {
      unit: 'calls/s',
      subjects: [
        { name: names.limit, role: 'limit', run: () => run('runClosedLoop', chainUrl, cpuOfChain) },
        { name: names.ours, role: 'ours', run: () => run('runClosedLoop', installation.url, cpuOfOurs) },
        {
          name: names.limitOpen,
          role: 'variant',
          unit: 'calls/s planned',
          run: () => run('runOpenLoop', chainUrl, cpuOfChain),
        },
        {
          name: names.oursOpen,
          role: 'variant',
          unit: 'calls/s planned',
          run: () => run('runOpenLoop', installation.url, cpuOfOurs),
        },
      ],
      goals: [
        atLeast(0.6, 'of the bare chain', names.ours, names.limit),
        latencyAtMost('p99', 15, names.oursOpen, names.limitOpen),
        atMost(0, 'no failed call', () => Object.values(failures).reduce((sum, count) => sum + count, 0), 'calls'),
      ],
      notes: () => [
        'The call is a check of access, which the service answers from memory. Each part has its own process.',
        ...Object.entries(failures).map(([reason, count]) => `${count} calls failed with ${reason}`),
      ],
    };
  },
};
