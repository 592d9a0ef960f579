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

const green = { passed: 5, failed: 0, failures: [] };
const red = (...failures) => ({ passed: 4, failed: failures.length, failures });
const options = { patterns: ['apps/teams'], load: true, fresh: false };

describe('the record of repeated runs', () => {
  it('continues after the finished runs of the same command', () => {
    addRun(openRecord(folder, options), green);
    expect(openRecord(folder, options).runs).toEqual([green]);
  });

  it.each([
    ['other patterns', { ...options, patterns: ['apps/search'] }],
    ['another load', { ...options, load: false }],
    ['--fresh', { ...options, fresh: true }],
  ])('begins anew with %s', (_, other) => {
    addRun(openRecord(folder, options), green);
    expect(openRecord(folder, other).runs).toEqual([]);
  });

  it('counts each failing test once per run, the most frequent first', () => {
    const runs = [green, red('a', 'a', 'b'), red('a')];
    expect(summarize({ runs })).toEqual({
      green: 1,
      red: 2,
      failures: [
        { test: 'a', count: 2 },
        { test: 'b', count: 1 },
      ],
    });
  });
});
