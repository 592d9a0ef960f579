import fs from 'node:fs';
import path from 'node:path';

/** The runs so far of one command, in a file: an interrupted command continues where it stopped. */
export function openRecord(folder, { patterns, load, fresh }) {
  const file = path.join(folder, 'runs.json');
  const key = JSON.stringify({ patterns, load });
  const known = fs.existsSync(file) && !fresh ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
  return known?.key === key ? { ...known, file } : { key, file, runs: [] };
}

export function addRun(record, run) {
  record.runs.push(run);
  const { file, ...content } = record;
  fs.writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}

/** How many runs had no failure, and which tests failed in how many runs, the most frequent first. */
export function summarize({ runs }) {
  const counts = new Map();
  for (const { failures } of runs) {
    for (const test of new Set(failures)) counts.set(test, (counts.get(test) ?? 0) + 1);
  }
  const failures = [...counts].map(([test, count]) => ({ test, count })).sort((a, b) => b.count - a.count);
  const red = runs.filter(({ failed }) => failed > 0).length;
  return { green: runs.length - red, red, failures };
}
