// Runs the selected measurements. bench.mjs starts this process after the build, when the servers run.
import os from 'node:os';
import { areas } from './areas.mjs';
import { compare } from './harness/compare.mjs';
import { stopChildren } from './harness/child.mjs';
import { evaluateGoals } from './harness/goals.mjs';
import { printMeasurement } from './harness/print-measurement.mjs';
import { progress } from './harness/progress.mjs';
import { describeMachine, recordsOf } from './harness/report.mjs';
import { writeReports } from './write-reports.mjs';

const options = JSON.parse(process.env.CORDEE_BENCH);
const { measurements, open: openArea, close: closeArea } = await import(areas[options.area].file);
const records = [];
let hasFailed = false;

process.on('disconnect', () => process.exit(1));
await openArea?.();
const run = { machine: describeMachine(), measuredAt: new Date().toISOString() };
console.log(
  `seed ${options.seed}, ${options.rounds} rounds, scale ${options.scale}; ${run.machine}, ` +
    `load ${os.loadavg()[0].toFixed(1)} before the run`,
);
for (const { id, title, open } of measurements.filter((measurement) => options.ids.includes(measurement.id))) {
  progress(`${id}: ${title}`);
  let measurement;
  try {
    measurement = await open(options);
    const results = await compare(measurement.subjects ?? [], options.rounds, (text) => progress(`${id}: ${text}`));
    const tables = [];
    for (const table of measurement.tables ?? []) tables.push(await table(results));
    const goals = evaluateGoals(id, { ...measurement, goals: measurement.goals ?? [] }, results, options.rounds);
    const notes = measurement.notes?.(results) ?? [];
    const record = { id, title, unit: measurement.unit, results, goals, tables, notes };
    records.push(...recordsOf(record, run));
    printMeasurement(record);
  } catch (error) {
    hasFailed = true;
    console.log(`\n${id}  ${title}\n  failed: ${error.stack}`);
  }
  await measurement?.close?.();
  await stopChildren();
}
await closeArea?.();
console.log(`\nload ${os.loadavg()[0].toFixed(1)} after the run`);
writeReports(records, options);
process.exit(hasFailed ? 1 : 0);
