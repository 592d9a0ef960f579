import { formatNumber, printTable } from '../../measurement/table.mjs';
import { limitOf, ratio } from './goals.mjs';

/** Prints the results, tables, goals and notes of one measurement. */
export function printMeasurement({ id, title, unit, results, goals, tables, notes }) {
  console.log(`\n${id}  ${title}`);
  if (results.length > 0)
    printTable(
      ['', unit, 'range', 'of the limit', 'p50', 'p95', 'p99', 'p99.9 ms', 'round trips', 'CPU ms per operation'],
      results.map((result) => toRow(result, results)),
    );
  for (const { title: heading, columns, rows } of tables) {
    console.log(`  ${heading}`);
    printTable(columns, rows);
  }
  for (const { goal, reached, met } of goals) {
    const mark = { true: '✔', false: '✘', null: '?' }[met];
    console.log(`  ${mark} ${goal}: ${reached === null ? 'not measured' : formatNumber(reached)}`);
  }
  for (const note of notes) console.log(`  ${note}`);
}

function toRow(result, results) {
  if (result.missing) return [result.name, result.missing];
  const limit = limitOf(result, results);
  const share = limit && limit !== result ? ratio(results, result.name, limit.name) : null;
  const { latencyMs: latency, cpuMsPerOperation: cpu } = result;
  return [
    result.name,
    formatNumber(result.median),
    result.range.map(formatNumber).join(' – '),
    share === null ? '' : formatNumber(share),
    ...['p50', 'p95', 'p99', 'p99.9'].map((name) => (name in latency ? formatNumber(latency[name]) : '')),
    result.roundTrips ?? '',
    Object.entries(cpu)
      .map(([name, value]) => `${name} ${formatNumber(value)}`)
      .join(', '),
  ];
}
