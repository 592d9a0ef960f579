import { printTable, formatNumber } from '../../measurement/table.mjs';
import { reportTables } from './tables.mjs';

/** Prints the report of a run. */
export function printReport(report) {
  console.log(
    `\n${report.scenario}  ${report.title}\n  ${report.url}, run ${report.runId}, seed ${report.options.seed}`,
  );
  for (const { title, columns, rows } of reportTables(report)) {
    console.log(`\n  ${title}`);
    printTable(columns, rows);
  }
  console.log('');
  for (const { threshold, value, isMet } of report.thresholds)
    console.log(`  ${isMet ? '✔' : '✘'} ${threshold}: ${value === null ? 'not measured' : formatNumber(value)}`);
  for (const note of report.notes) console.log(`  ${note}`);
}
