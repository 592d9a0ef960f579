import { encode } from '@cordee/messaging/reply';
import { startChild } from '../harness/child.mjs';
import { atLeast } from '../harness/goals.mjs';
import { repeatText, sampleText } from './bench-contracts.mjs';
import { cpuOfServers } from './servers.mjs';

const IN_FLIGHT = 64;
const RUN_MS = 3_000;
const natsSubjects = { echoSubject: 'bench.echo', busSubject: 'bench.bus' };

/** P2a: measures requests over NATS with the Nest transport, with the bus alone, and with the plain client. */
export const transport = {
  id: 'P2a',
  title: `request and reply over NATS, ${IN_FLIGHT} in flight`,
  async open(options) {
    const start = (file, input) => startChild(new URL(file, import.meta.url), input, options);
    const output = { itemId: repeatText.example.input.itemId, text: sampleText, number: 10_000 };
    const echo = await start('../access/echo.process.mjs', {
      subject: natsSubjects.echoSubject,
      bytes: encode({ output }).byteLength,
    });
    const server = await start('transport.process.mjs', natsSubjects);
    const caller = await start('transport-caller.process.mjs', natsSubjects);
    const run = async (call, serving) => {
      const read = async () => ({ server: await serving.ask('cpu'), nats: cpuOfServers(options.folder).nats });
      const cpuBefore = await read();
      const sample = await caller.ask('run', { call, inFlight: IN_FLIGHT, ms: RUN_MS });
      const cpuAfter = await read();
      return {
        ...sample,
        cpu: { caller: sample.cpu, server: cpuAfter.server - cpuBefore.server, nats: cpuAfter.nats - cpuBefore.nats },
      };
    };
    const [limit, busName, ours] = ['plain NATS client', 'NatsBus', 'Nest transport: RpcClient, BusServer, Zod'];
    return {
      unit: 'answers/s',
      subjects: [
        { name: limit, role: 'limit', run: () => run('raw', echo) },
        { name: busName, role: 'variant', run: () => run('bus', server) },
        { name: ours, role: 'ours', run: () => run('nest', server) },
      ],
      goals: [atLeast(0.9, 'of the plain client', ours, limit)],
      notes: () => ['Caller, server and broker share the cores; the sizes of requests and answers are equal.'],
    };
  },
};
