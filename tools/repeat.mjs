import './run/require-node.mjs';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runJest } from './checks/jest-check.mjs';
import { build, lockProfile, prepareClone, startServers } from './run/prepare.mjs';
import { print, reportLine, step, withProgress } from './run/progress.mjs';
import { onShutdown, isShuttingDown, runMain } from './run/shutdown.mjs';
import { startCpuLoad } from './repeat/cpu-load.mjs';
import { addRun, openRecord, summarize } from './repeat/record.mjs';
import { StepFailure } from './run/step-failure.mjs';

const help = `Repeats test suites to find tests that sometimes fail.

  npm run test:repeat -- <pattern>...               10 runs of the suites whose path matches a pattern
  npm run test:repeat -- <pattern> --times 25       25 runs
  npm run test:repeat -- <pattern> --load           while other processes keep every CPU core busy
  npm run test:repeat -- <pattern> --fresh          ignore the finished runs of an interrupted command

When an interrupted command is started again, it continues after its last finished run.
The record of all runs and the log of each failed run are in .cordee/repeat/.
`;

await runMain(async () => {
  const { values, positionals: patterns } = parseArgs({
    allowPositionals: true,
    options: {
      times: { type: 'string', default: '10' },
      load: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const times = Number(values.times);
  if (values.help) return console.log(help);
  if (!Number.isInteger(times) || times < 1) throw new StepFailure('--times must be a whole number from 1');
  if (patterns.length === 0) throw new StepFailure('at least one pattern is required, for instance apps/teams');

  const profileContext = await lockProfile('repeat', 'npm run test:repeat');
  const record = openRecord(profileContext.folder, { patterns, load: values.load, fresh: values.fresh });
  const node = await prepareClone(profileContext);
  // Some suites run commands of this clone, which need its build.
  await step('build', () => build(node, profileContext));
  const servers = await startServers(profileContext, { fresh: true, durable: false });
  if (servers.missing.length > 0) throw new StepFailure(servers.missing.map(({ reason }) => reason).join(' '));
  if (values.load) onShutdown(startCpuLoad());

  if (record.runs.length > 0) print(`  resumed after run ${record.runs.length}`);
  const env = { ...process.env, NODE_ENV: 'test', TZ: 'UTC', ...servers.env };
  while (record.runs.length < times) await repeatOnce({ node, logs: profileContext.logs, env }, patterns, record);
  return printConclusion(record);
});

async function repeatOnce(context, patterns, record) {
  const number = record.runs.length + 1;
  const startedAt = performance.now();
  const result = await withProgress(`run ${number}`, () => runJest(context, patterns));
  if (isShuttingDown()) throw new Error('stopping');
  const hasPassed = result.failed === 0;
  reportLine(hasPassed ? '✔' : '✘', `run ${number}`, performance.now() - startedAt, result.detail);
  for (const line of result.lines) print(`    ${line}`);
  if (!hasPassed) {
    fs.copyFileSync(path.join(context.logs, 'jest.log'), path.join(context.logs, `run-${number}.log`));
  }
  addRun(record, { passed: result.passed, failed: result.failed, failures: failedTests(result.lines) });
}

/** Returns the first line of each failure, which names the suite and the test. The other lines are indented. */
function failedTests(lines) {
  return lines.filter((line) => !line.startsWith(' '));
}

/** Prints the failing tests. Returns the exit code. */
function printConclusion(record) {
  const { passedRuns, failedRuns, failures } = summarize(record);
  print();
  for (const { test, count } of failures) print(`  failed in ${count} of ${record.runs.length} runs: ${test}`);
  console.log(`${passedRuns} passed, ${failedRuns} failed`);
  return failedRuns === 0 ? 0 : 1;
}
