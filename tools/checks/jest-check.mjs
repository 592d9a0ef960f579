import fs from 'node:fs';
import path from 'node:path';
import { cloneRoot } from '../infra/profile.mjs';
import { lastLines, runLogged } from '../run/run-command.mjs';
import { findSpecs, writeTestGroups } from './test-groups.mjs';

/**
 * Runs the test suites whose path matches a pattern, each in its own environment. Without patterns, runs all suites in
 * groups. The result counts tests; `suites` has the counts of each suite, or of each group.
 */
export async function runJest({ node, logs, env }, patterns) {
  const specs = patterns.length > 0 ? undefined : findSpecs();
  if (specs) writeTestGroups(groupsFolder, specs);
  const log = path.join(logs, 'jest.log');
  const report = path.join(logs, 'jest.json');
  fs.rmSync(report, { force: true });
  const jest = path.join(cloneRoot, 'node_modules/jest/bin/jest.js');
  const args = [
    '--no-warnings',
    '--experimental-vm-modules',
    jest,
    `--maxWorkers=${WORKERS}`,
    ...(specs ? ['--config', path.join(import.meta.dirname, 'jest-groups.config.mjs')] : []),
    '--json',
    `--outputFile=${report}`,
    ...patterns,
  ];
  const { code } = await runLogged(node, args, { cwd: cloneRoot, env, log });
  if (!fs.existsSync(report))
    return { passed: 0, failed: 1, detail: `did not finish (${code})`, lines: lastLines(log, 40) };
  return summarizeReport(JSON.parse(fs.readFileSync(report, 'utf8')), code, specs);
}

/** One more than the two processors of a small machine, because a test waits for servers half of its time. */
const WORKERS = 3;
const groupsFolder = path.join(cloneRoot, '.cordee/test/groups');

/**
 * Summarizes the report of Jest. A suite that did not load counts as one failure. A run that failed although no test
 * failed also counts as one failure. `specs` are the specs of a run in groups; a spec without a test is a failure.
 */
export function summarizeReport(report, code, specs = undefined) {
  const passed = report.numPassedTests;
  let failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  const lines = report.testResults.flatMap(describeFailures);
  for (const spec of specs ? specsWithoutTests(report, specs) : []) {
    failed += 1;
    lines.push(`${spec} has no test`);
  }
  if (failed === 0 && (code !== 0 || passed === 0)) {
    failed = 1;
    lines.push(passed === 0 ? 'No test was found.' : `Jest ended with ${code} although no test failed.`);
  }
  const skipped = report.numPendingTests + report.numTodoTests;
  const detail = [
    `${passed} passed in ${specs?.length ?? report.numTotalTestSuites} suites`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ].join(', ');
  return { passed, failed, detail, lines, suites: report.testResults.map(summarizeSuite) };
}

function summarizeSuite({ name: file, status: suiteStatus, assertionResults }) {
  const count = (wantedStatus) => assertionResults.filter(({ status }) => status === wantedStatus).length;
  return { file, passed: count('passed'), failed: count('failed'), ok: suiteStatus === 'passed' };
}

/** In a group, the first title of a test is the path of its spec. */
function specsWithoutTests({ testResults }, specs) {
  const specsWithTests = new Set(
    testResults.flatMap(({ assertionResults }) => assertionResults.map(({ ancestorTitles }) => ancestorTitles[0])),
  );
  return specs.filter((spec) => !specsWithTests.has(spec));
}

function describeFailures({ name, message, status: suiteStatus, assertionResults }) {
  const file = path.relative(cloneRoot, name);
  const failures = assertionResults.filter(({ status }) => status === 'failed');
  if (failures.length > 0)
    return failures.flatMap(({ fullName, failureMessages }) => [
      file.endsWith('.group.cjs') ? fullName.replace(' ', ' › ') : `${file} › ${fullName}`,
      ...firstLines(failureMessages[0]),
    ]);
  // The suite did not load, or an `afterAll` failed.
  return suiteStatus === 'failed' ? [file, ...firstLines(message)] : [];
}

function firstLines(message = '') {
  const lines = message
    .replaceAll(/\x1b\[\d+m/g, '')
    .trim()
    .split('\n');
  return lines.slice(0, 25).map((line) => `    ${line}`);
}
