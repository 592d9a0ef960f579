import fs from 'node:fs';
import path from 'node:path';
import { cloneRoot } from '../infra/profile.mjs';
import { lastLines, runLogged } from '../run/child.mjs';

/** All suites, or those whose path matches one of the patterns. Every test counts. */
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
  return judge(JSON.parse(fs.readFileSync(report, 'utf8')), code);
}

/** What Jest's report amounts to. A suite that did not load counts as one failure, and so does a run that failed for another reason. */
export function judge(report, code) {
  const passed = report.numPassedTests;
  let failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  const lines = report.testResults.flatMap(linesOf);
  if (failed === 0 && (code !== 0 || passed === 0)) {
    failed = 1;
    lines.push(passed === 0 ? 'No test was found.' : `Jest ended with ${code} although no test failed.`);
  }
  const left = report.numPendingTests + report.numTodoTests;
  const detail = `${passed} passed in ${report.numTotalTestSuites} suites${failed > 0 ? `, ${failed} failed` : ''}${left > 0 ? `, ${left} skipped` : ''}`;
  return { passed, failed, detail, lines };
}

function linesOf({ name, message, assertionResults }) {
  const file = path.relative(cloneRoot, name);
  const broken = assertionResults.filter(({ status }) => status === 'failed');
  if (broken.length > 0)
    return broken.flatMap(({ fullName, failureMessages }) => [
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
