import { expect, test } from '@jest/globals';
import { cloneRoot } from '../infra/profile.mjs';
import { summarizeReport } from './jest-check.mjs';

const report = (changes) => ({
  numPassedTests: 3,
  numFailedTests: 0,
  numRuntimeErrorTestSuites: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numTotalTestSuites: 1,
  testResults: [],
  ...changes,
});

test.each([
  ['all tests passed', report(), 0, { passed: 3, failed: 0 }],
  ['a test failed', report({ numFailedTests: 1 }), 1, { passed: 3, failed: 1 }],
  ['a suite did not load', report({ numRuntimeErrorTestSuites: 1 }), 1, { passed: 3, failed: 1 }],
  ['Jest failed for another reason', report(), 1, { passed: 3, failed: 1 }],
  ['no test was found', report({ numPassedTests: 0 }), 1, { passed: 0, failed: 1 }],
])('summarizeReport counts passed and failed tests when %s', (_, jestReport, code, summary) => {
  expect(summarizeReport(jestReport, code)).toMatchObject(summary);
});

test('summarizeReport shows a failure with its file and without colours', () => {
  const failure = {
    status: 'failed',
    fullName: 'money rounds',
    failureMessages: ['\u001b[31mexpected 1\u001b[39m\nreceived 2'],
  };
  const { lines } = summarizeReport(
    report({
      numFailedTests: 1,
      testResults: [{ name: `${cloneRoot}/libs/money/src/money.spec.ts`, assertionResults: [failure] }],
    }),
    1,
  );
  expect(lines).toEqual(['libs/money/src/money.spec.ts › money rounds', '    expected 1', '    received 2']);
});

test('summarizeReport shows a suite that failed although its tests passed', () => {
  const { lines } = summarizeReport(
    report({
      numRuntimeErrorTestSuites: 1,
      testResults: [
        {
          name: `${cloneRoot}/libs/money/src/money.spec.ts`,
          status: 'failed',
          message: 'afterAll failed',
          assertionResults: [{ status: 'passed' }],
        },
      ],
    }),
    1,
  );
  expect(lines).toEqual(['libs/money/src/money.spec.ts', '    afterAll failed']);
});

test('summarizeReport counts skipped tests', () => {
  expect(summarizeReport(report({ numPendingTests: 2 }), 0).detail).toBe('3 passed in 1 suites, 2 skipped');
});

test('summarizeReport names the spec of a failure in a group, and a spec without a test', () => {
  const spec = 'libs/money/src/money.spec.ts';
  const failure = { status: 'failed', ancestorTitles: [spec], fullName: `${spec} rounds`, failureMessages: ['wrong'] };
  const { failed, detail, lines } = summarizeReport(
    report({
      numFailedTests: 1,
      testResults: [{ name: `${cloneRoot}/.cordee/test/groups/000-libs.group.cjs`, assertionResults: [failure] }],
    }),
    1,
    [spec, 'libs/money/src/other.spec.ts'],
  );
  expect(lines).toEqual([`${spec} › rounds`, '    wrong', 'libs/money/src/other.spec.ts has no test']);
  expect([failed, detail]).toEqual([2, '3 passed in 2 suites, 2 failed']);
});
