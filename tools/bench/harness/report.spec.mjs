import { describe, expect, it } from '@jest/globals';
import { toHtml } from './html.mjs';
import { toMarkdown } from './markdown.mjs';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { groupByMeasurement, readRecords, recordsOf } from './report.mjs';

const result = (name, role, value) => ({
  name,
  role,
  median: value,
  range: [value, value],
  values: [value],
  cpuMsPerOperation: { service: 0.5 },
  latencyMs: {},
  roundTrips: 2,
});
const [limit, ours] = [result('bare <parts>', 'limit', 1_000), result('all of it', 'ours', 400)];
const goal = {
  id: 'P2f',
  goal: '≥ 0.5 of it',
  reached: 0.4,
  met: false,
  unit: 'calls/s',
  limit,
  peers: [],
  ours,
  rounds: 1,
};
const run = { machine: 'a machine', measuredAt: '2026-01-31T09:00:00.000Z' };
const measured = {
  title: 'reads',
  unit: 'calls/s',
  results: [limit, ours],
  goals: [goal],
  tables: [],
  notes: ['a note'],
};
const records = recordsOf(measured, run);

describe('the records of a run', () => {
  it('are one per goal; the first record contains the whole measurement', () => {
    expect(records).toMatchObject([{ ...goal, ...run, measurement: { title: 'reads', notes: ['a note'] } }]);
  });

  it('are grouped by measurement, in the order of the ids', () => {
    const other = recordsOf({ ...measured, goals: [{ ...goal, id: 'P2a' }] }, run);
    expect(groupByMeasurement([...records, ...other]).map(({ id }) => id)).toEqual(['P2a', 'P2f']);
  });

  it('are read from several files; of a measurement in several files, the last one counts', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cordee-figures-'));
    const write = (name, content) => {
      const file = path.join(folder, name);
      fs.writeFileSync(file, JSON.stringify(content));
      return file;
    };
    try {
      const first = write('first.json', [goal, { ...goal, goal: '≥ 0.4 of it' }, { ...goal, id: 'P1a' }]);
      const second = write('second.json', [{ ...goal, reached: 0.6 }]);
      expect(readRecords(`${first},${second}`).map(({ id, reached }) => [id, reached])).toEqual([
        ['P2f', 0.6],
        ['P1a', 0.4],
      ]);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it('become a document with machine, date, ratio, earlier figure, round trips and the reason of a missed goal', () => {
    const text = toMarkdown(records, {
      explanations: { P2f: 'It is slow.' },
      earlierFigures: { 'P2f: ≥ 0.5 of it': 0.1 },
    });
    expect(text).toContain('measured on 2026-01-31 on a machine');
    expect(text).toContain(
      '| P2f | all of it | ≥ 0.5 of it | 1,000 calls/s |  | 400 calls/s | 0.400 | 0.100 | 0.400 | no | 2 (limit 2) | ' +
        'service 0.500 (limit: service 0.500) |',
    );
    expect(text).toContain('- **P2f**: “≥ 0.5 of it”: 0.400. It is slow.');
  });

  it('become a page with a bar for each result; names are escaped', () => {
    const page = toHtml(records, 'platform');
    expect(page.match(/<rect /g)).toHaveLength(2);
    expect(page).toContain('bare &lt;parts&gt;');
    expect(page).not.toContain('<parts>');
    expect(page).not.toMatch(/(src|href)=/);
  });
});
