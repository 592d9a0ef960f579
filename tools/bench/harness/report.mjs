import fs from 'node:fs';
import os from 'node:os';
import { StepFailure } from '../../run/step-failure.mjs';
import { groupBy } from '../../run/group-by.mjs';

/** Describes the machine. The description is stored with the figures, because they hold for one machine only. */
export const describeMachine = () =>
  `${os.cpus().length} × ${os.cpus()[0].model.trim()}, ${os.platform()}, Node ${process.versions.node}`;

/**
 * Returns the records of one measurement for the JSON output, one per goal. The first record also has everything else
 * that was measured, so that a page or a document can be written from the JSON output.
 */
export function recordsOf({ title, unit, results, goals, tables, notes }, run) {
  const measurement = { title, unit, results, tables, notes };
  return goals.map((goal, index) => ({ ...goal, ...run, ...(index === 0 ? { measurement } : {}) }));
}

/**
 * Reads the JSON outputs of earlier runs; `files` are their paths, separated by commas. When several files have a
 * measurement, the figures of the last one count.
 */
export function readRecords(files) {
  const byMeasurementId = new Map();
  for (const file of files.split(','))
    for (const [id, records] of groupBy(readFile(file), (record) => record.id)) byMeasurementId.set(id, records);
  return [...byMeasurementId.values()].flat();
}

function readFile(file) {
  try {
    const records = JSON.parse(fs.readFileSync(file, 'utf8'));
    if (Array.isArray(records) && records.every(({ id, goal }) => id && goal)) return records;
  } catch (error) {
    throw new StepFailure(`The file of --from, ${file}, cannot be read: ${error.message}`);
  }
  throw new StepFailure(`The file of --from, ${file}, is not the JSON output of npm run bench.`);
}

/** Groups records by measurement, in the order of their ids. */
export function groupByMeasurement(records) {
  const groups = groupBy(records, ({ id }) => id);
  return [...groups.keys()].sort().map((id) => {
    const goals = groups.get(id);
    const {
      title = id,
      unit,
      results = [],
      tables = [],
      notes = [],
    } = goals.find(({ measurement }) => measurement)?.measurement ?? {};
    return { id, title, unit, results, tables, notes, goals };
  });
}
