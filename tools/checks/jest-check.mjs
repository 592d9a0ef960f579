import fs from 'node:fs';
import path from 'node:path';
import { cloneRoot } from '../infra/profile.mjs';
import { lastLines, runLogged } from '../run/run-command.mjs';

/** Runs all suites, or those whose path matches a pattern. The result counts tests. */
export async function runJest({ node, logs, env }, patterns) {
  const log = path.join(logs, 'jest.log');
  const report = path.join(logs, 'jest.json');
  fs.rmSync(report, { force: true });
  const jest = path.join(cloneRoot, 'node_modules/jest/bin/jest.js');
  const args = [
    '--no-warnings',
    '--experimental-vm-modules',
    jest,
    '--maxWorkers=2',
    '--json',
    `--outputFile=${report}`,
    ...patterns,
  ];
  const { code } = await runLogged(node, args, { cwd: cloneRoot, env, log });
  if (!fs.existsSync(report))
    return { passed: 0, failed: 1, detail: `did not finish (${code})`, lines: lastLines(log, 40) };
  return summarizeReport(JSON.parse(fs.readFileSync(report, 'utf8')), code);
}

/**
 * Summarizes Jest's report. A suite that did not load, or a run that failed for another reason, counts as one failure.
 */
export function summarizeReport(report, code) {
  const passed = report.numPassedTests;
  let failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  const lines = report.testResults.flatMap(linesOf);
  if (failed === 0 && (code !== 0 || passed === 0)) {
    failed = 1;
    lines.push(passed === 0 ? 'No test was found.' : `Jest ended with ${code} although no test failed.`);
  }
  const skipped = report.numPendingTests + report.numTodoTests;
  const detail = [
    `${passed} passed in ${report.numTotalTestSuites} suites`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ].join(', ');
  return { passed, failed, detail, lines };
}

function linesOf({ name, message, assertionResults }) {
  const file = path.relative(cloneRoot, name);
  const failures = assertionResults.filter(({ status }) => status === 'failed');
  if (failures.length > 0)
    return failures.flatMap(({ fullName, failureMessages }) => [
      `${file} › ${fullName}`,
      ...shortened(failureMessages[0]),
    ]);
  const didNotLoad = assertionResults.length === 0 && message;
  return didNotLoad ? [file, ...shortened(message)] : [];
}

function shortened(message = '') {
  const plain = message
    .replaceAll(/\x1b\[\d+m/g, '')
    .trim()
    .split('\n');
  return plain.slice(0, 25).map((line) => `    ${line}`);
}
