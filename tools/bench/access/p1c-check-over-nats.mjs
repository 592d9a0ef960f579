import { startChild } from '../harness/child.mjs';
import { atLeast, atMost, latencyAtMost } from '../harness/goals.mjs';
import { ECHO, startCaller } from './caller.mjs';
import { startTeams } from './teams-in-process.mjs';

const PER_SECOND = 5_000;
const RUN_MS = 4_000;
const IN_FLIGHT = 64;
/** Size of the answer to a check, which includes the access revision. */
const ANSWER_BYTES = 132;

/** P1c: measures checks over NATS, at a fixed rate (open loop) and with a fixed number of calls in flight. */
export const checkOverNats = {
  id: 'P1c',
  title:
    `access check over NATS, ${PER_SECOND.toLocaleString('en')}/s planned (open loop), ` +
    `and ${IN_FLIGHT} calls in flight`,
  async open(options) {
    const teams = await startTeams(options);
    const echo = await startChild(
      new URL('echo.process.mjs', import.meta.url),
      { subject: ECHO, bytes: ANSWER_BYTES },
      options,
    );
    const caller = await startCaller(teams, options);
    const [errors, warmUpErrors] = [{}, {}];
    const run = async (loop, call, round) => {
      const server = call === 'echo' ? 'echo' : 'teams';
      const cpu = async () => ({ ...(await teams.cpu()), echo: await echo.ask('cpu') });
      const before = await cpu();
      const sample = await caller.ask(loop, { call, perSecond: PER_SECOND, inFlight: IN_FLIGHT, ms: RUN_MS });
      const after = await cpu();
      const errorCounts = round === 0 ? warmUpErrors : errors;
      for (const [code, count] of Object.entries(call === 'echo' ? {} : (sample.errors ?? {})))
        errorCounts[code] = (errorCounts[code] ?? 0) + count;
      return {
        ...sample,
        cpu: { caller: sample.cpu, [server]: after[server] - before[server], nats: after.nats - before.nats },
      };
    };
    const names = {
      rawOpen: 'raw echo, open loop',
      open: 'teams, open loop',
      raw: 'raw echo, 64 in flight',
      ours: 'teams, 64 in flight',
    };
    return {
      unit: 'answers/s',
      subjects: [
        { name: names.raw, role: 'limit', run: (round) => run('runClosedLoop', 'echo', round) },
        { name: names.ours, role: 'ours', run: (round) => run('runClosedLoop', 'check', round) },
        { name: names.rawOpen, role: 'variant', unit: 'as planned', run: (round) => run('runOpenLoop', 'echo', round) },
        { name: names.open, role: 'variant', unit: 'as planned', run: (round) => run('runOpenLoop', 'check', round) },
      ],
      goals: [
        atLeast(0.8, 'of the raw echo, 64 in flight', names.ours, names.raw),
        atLeast(0.8, `of the raw echo, ${PER_SECOND}/s`, names.open, names.rawOpen, names.rawOpen),
        latencyAtMost('p95', 1, names.open, names.rawOpen),
        latencyAtMost('p99', 5, names.open, names.rawOpen),
        atMost(0, 'no errors', () => Object.values(errors).reduce((sum, count) => sum + count, 0), 'errors'),
      ],
      notes: () => [
        'The latency of a call starts at its planned time.',
        'The caller, the teams service, the echo process and the broker share the cores of this machine.',
        ...describeErrors(warmUpErrors, 'in the warm-up, with an empty access cache'),
        ...describeErrors(errors, 'after the warm-up'),
      ],
    };
  },
};

const describeErrors = (errors, when) =>
  Object.entries(errors).map(([code, count]) => `${count.toLocaleString('en')} calls ${when} ended with ${code}`);
