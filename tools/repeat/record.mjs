import fs from 'node:fs';
import path from 'node:path';

/**
 * Reads the finished runs of this command from a file, so that an interrupted command can continue. Returns a record
 * without runs when the file belongs to another command or with `fresh`.
 */
export function openRecord(folder, { patterns, load, fresh }) {
  const file = path.join(folder, 'runs.json');
  const key = JSON.stringify({ patterns, load });
  const storedRecord = fs.existsSync(file) && !fresh ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
  return storedRecord?.key === key ? { ...storedRecord, file } : { key, file, runs: [] };
}

/** Adds a run to the record and writes the file. */
export function addRun(record, run) {
  record.runs.push(run);
  const { file, ...content } = record;
  fs.writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}

/** Counts the passed and failed runs. Lists each failing test with its number of failed runs, in descending order. */
export function summarize({ runs }) {
  const counts = new Map();
  for (const { failures } of runs) {
    for (const test of new Set(failures)) counts.set(test, (counts.get(test) ?? 0) + 1);
  }
  const failures = [...counts].map(([test, count]) => ({ test, count })).sort((a, b) => b.count - a.count);
  const failedRuns = runs.filter(({ failed }) => failed > 0).length;
  return { passedRuns: runs.length - failedRuns, failedRuns, failures };
}
