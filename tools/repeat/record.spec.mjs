import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { addRun, openRecord, summarize } from './record.mjs';

let folder;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cordee-repeat-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const passedRun = { passed: 5, failed: 0, failures: [] };
const failedRun = (...failures) => ({ passed: 4, failed: failures.length, failures });
const options = { patterns: ['apps/teams'], load: true, fresh: false };

describe('the record of repeated runs', () => {
  it('continues after the finished runs of the same command', () => {
    addRun(openRecord(folder, options), passedRun);
    expect(openRecord(folder, options).runs).toEqual([passedRun]);
  });

  it.each([
    ['other patterns', { ...options, patterns: ['apps/search'] }],
    ['another load', { ...options, load: false }],
    ['--fresh', { ...options, fresh: true }],
  ])('starts without runs with %s', (_, changedOptions) => {
    addRun(openRecord(folder, options), passedRun);
    expect(openRecord(folder, changedOptions).runs).toEqual([]);
  });

  it('counts each failing test once per run, the most frequent first', () => {
    const runs = [passedRun, failedRun('a', 'a', 'b'), failedRun('a')];
    expect(summarize({ runs })).toEqual({
      passedRuns: 1,
      failedRuns: 2,
      failures: [
        { test: 'a', count: 2 },
        { test: 'b', count: 1 },
      ],
    });
  });
});
