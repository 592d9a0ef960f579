import { randomBytes } from 'node:crypto';
import { ownCpu } from '../measurement/cpu.mjs';
import { randomFrom } from '../measurement/random.mjs';
import { StepFailure } from '../run/step-failure.mjs';
import { Api, ApiFailure } from './client/api.mjs';
import { HttpClient } from './client/http-client.mjs';
import { SessionKeeper } from './client/session-keeper.mjs';
import { identifyProcesses } from './ops/identify-processes.mjs';
import { OpsSampler } from './ops/ops-sampler.mjs';
import { describeState } from './report/describe-state.mjs';
import { reportNotes } from './report/notes.mjs';
import { watchInterrupt } from './run/interrupt.mjs';
import { ProgressLine } from './run/progress-line.mjs';
import { runLoad } from './run/run-load.mjs';
import { Stream } from './run/stream.mjs';
import { scenarios } from './scenarios.mjs';
import { checkResults } from './setup/check-results.mjs';
import { amountsOf, prepareStreams, warnAboutRateLimit } from './setup/prepare-streams.mjs';
import { waitReporter } from './setup/report-waits.mjs';
import { evaluateThresholds } from './thresholds.mjs';

const SECOND_MS = 1_000;
/** Connections of the set-up and of the token refreshes. */
const SET_UP_CONNECTIONS = 32;

/** Creates the data, runs the load and returns the report. */
export async function measureLoad(options) {
  const progress = new ProgressLine();
  const setUpHttp = new HttpClient(options.url, { connections: SET_UP_CONNECTIONS });
  const api = new Api(setUpHttp, { onWait: waitReporter((text) => progress.note(text)) });
  const startedAt = new Date();
  const runId = `${startedAt.getTime().toString(36)}${randomBytes(2).toString('hex')}`;
  const serverNow = await readServerTime(api, options);
  const processes = await identifyProcesses(options.ops);
  const random = randomFrom(options.seed);
  const keeper = new SessionKeeper(api, { random, serverNow });
  const clients = [];
  // Each stream has its own connections, so that a busy stream does not delay the other one in the generator.
  const openClient = () => {
    clients.push(new HttpClient(options.url, { connections: options.connections }));
    return clients.at(-1);
  };
  try {
    const context = {
      api,
      keeper,
      runId,
      progress: (text) => progress.show(text),
      note: (text) => progress.note(text),
    };
    const setUpStartedAt = performance.now();
    const preparedStreams = await prepareStreams(context, options);
    const setUpSeconds = (performance.now() - setUpStartedAt) / SECOND_MS;
    progress.note(`run ${runId}: data created in ${setUpSeconds.toFixed(1)} s, seed ${options.seed}`);
    warnAboutRateLimit(progress, options, api.rateLimitPerMinute, preparedStreams);

    const originAt = performance.now();
    const streams = Object.fromEntries(
      preparedStreams.map(({ name, scenario, organizations }, index) => [
        name,
        new Stream({
          scenario,
          organizations,
          random: randomFrom(options.seed + index),
          runId,
          http: openClient(),
          keeper,
          timeoutMs: options.timeout * SECOND_MS,
          originAt,
        }),
      ]),
    );
    const run = await runWithProgress({ options, processes, streams, progress, originAt });
    const checks = await checkResults({ api, options: preparedStreams[0].options }, streams);
    const report = {
      scenario: options.scenario,
      title: scenarios[options.scenario].title,
      url: options.url,
      runId,
      startedAt: startedAt.toISOString(),
      options: { ...options, password: undefined },
      data: Object.fromEntries(preparedStreams.map(({ name, options: amounts }) => [name, amountsOf(amounts)])),
      setUpSeconds,
      ...run,
      timeline: Object.fromEntries(Object.entries(streams).map(([name, { timeline }]) => [name, timeline.points])),
      rateLimitPerMinute: api.rateLimitPerMinute,
      refreshFailures: keeper.failureCount,
      waitedForConnection: clients.reduce((sum, { waitedCount }) => sum + waitedCount, 0),
      checks,
    };
    return completeReport(report, options);
  } finally {
    await keeper.close();
    setUpHttp.close();
    for (const client of clients) client.close();
  }
}

/** Returns the time of Cordée's clock. Throws when another program answers at the address. */
async function readServerTime(api, { url }) {
  try {
    return (await api.get('/v1/clock')).now;
  } catch (error) {
    if (error instanceof StepFailure && !(error instanceof ApiFailure)) throw error;
    throw new StepFailure(`The address of --url, ${url}, is not the gateway of a Cordée (${error.message}).`);
  }
}

/** Adds the results of the thresholds and the notes to a report, and decides whether the run has passed. */
function completeReport(report, { thresholds }) {
  const lastPhase = report.phases.at(-1);
  const thresholdResults = evaluateThresholds(thresholds, lastPhase ?? {});
  const isPassed =
    !report.isInterrupted &&
    lastPhase?.main.ok > 0 &&
    thresholdResults.every(({ isMet }) => isMet) &&
    report.checks.every(({ isMet }) => isMet);
  return { ...report, thresholds: thresholdResults, isPassed, notes: reportNotes(report) };
}

async function runWithProgress({ options, processes, streams, progress, originAt }) {
  const sampler = new OpsSampler(processes, originAt);
  const interrupt = watchInterrupt(() => progress.note('stopping; press Ctrl-C again to end without a report'));
  let phase;
  await sampler.sample();
  let sampledAt = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    sampledAt = now;
    for (const { timeline } of Object.values(streams)) timeline.closeSecond(now);
    void sampler.sample();
    if (phase) progress.show(describeState(phase, streams, now));
  }, SECOND_MS);
  const cpuBefore = ownCpu();
  try {
    const { phases, knee } = await runLoad({
      options,
      streams,
      originAt,
      isStopped: interrupt.isStopped,
      note: (text) => progress.note(text),
      setPhase: (next) => (phase = { ...next, startedAt: performance.now() }),
    });
    const generatorCpu = (ownCpu() - cpuBefore) / (performance.now() - originAt);
    // The rates of a short interval would be noise.
    if (performance.now() - sampledAt > SECOND_MS / 2) await sampler.sample();
    return { phases, knee, generatorCpu, ops: sampler.results(), isInterrupted: interrupt.isStopped() };
  } finally {
    clearInterval(timer);
    interrupt.close();
    progress.clear();
  }
}
