import { startChild } from '../harness/child.mjs';
import { atLeast, atMost, latencyRatioAtMost } from '../harness/goals.mjs';
import { progress } from '../harness/progress.mjs';
import { median } from '../../measurement/statistics.mjs';
import { ECHO, startCaller } from './caller.mjs';
import { startTeams } from './start-teams.mjs';

const RUN_MS = 4_000;
const IN_FLIGHT = 64;
/** Size of the answer to a check, which includes the access revision. */
const ANSWER_BYTES = 132;

/** The number of runs that measure the rate of the echo; the first runs are a warm-up. */
const [ECHO_RUNS, WARM_UP_RUNS] = [4, 1];

/**
 * P1c: measures checks over NATS with a fixed number of calls in flight, and at half of the rate that the echo then
 * reaches (open loop).
 */
export const checkOverNats = {
  id: 'P1c',
  title: `access check over NATS, ${IN_FLIGHT} calls in flight, and at half of the rate of the echo (open loop)`,
  async open(options) {
    const teams = await startTeams(options);
    const echo = await startChild(
      new URL('echo.process.mjs', import.meta.url),
      { subject: ECHO, bytes: ANSWER_BYTES },
      options,
    );
    const caller = await startCaller(teams, options);
    progress('P1c: rate of the echo');
    const echoRates = [];
    for (let count = 0; count < ECHO_RUNS; count += 1) {
      const sample = await caller.ask('runClosedLoop', { call: 'echo', inFlight: IN_FLIGHT, ms: RUN_MS });
      echoRates.push((sample.operations / sample.ms) * 1_000);
    }
    const perSecond = Math.round(median(echoRates.slice(WARM_UP_RUNS)) / 2);
    const [errors, warmUpErrors] = [{}, {}];
    const run = async (loop, call, round) => {
      const server = call === 'echo' ? 'echo' : 'teams';
      const cpu = async () => ({ ...(await teams.cpu()), echo: await echo.ask('cpu') });
      const cpuBefore = await cpu();
      const sample = await caller.ask(loop, { call, perSecond, inFlight: IN_FLIGHT, ms: RUN_MS });
      const cpuAfter = await cpu();
      const errorCounts = round === 0 ? warmUpErrors : errors;
      for (const [code, count] of Object.entries(call === 'echo' ? {} : (sample.errors ?? {})))
        errorCounts[code] = (errorCounts[code] ?? 0) + count;
      return {
        ...sample,
        cpu: {
          caller: sample.cpu,
          [server]: cpuAfter[server] - cpuBefore[server],
          nats: cpuAfter.nats - cpuBefore.nats,
        },
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
        atLeast(0.85, 'of the raw echo, 64 in flight', names.ours, names.raw),
        latencyRatioAtMost('p95', 1.5, 'the raw echo at the same rate', names.open, names.rawOpen),
        latencyRatioAtMost('p99', 1.5, 'the raw echo at the same rate', names.open, names.rawOpen),
        atMost(0, 'no errors', () => Object.values(errors).reduce((sum, count) => sum + count, 0), 'errors'),
      ],
      notes: () => [
        `The open loop plans ${perSecond.toLocaleString('en')} calls/s.`,
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
