import { ratio } from './goals.mjs';

/** Prints the results, tables, goals and notes of one measurement. */
export function printMeasurement({ id, title, unit, results, goals, tables, notes }) {
  console.log(`\n${id}  ${title}`);
  if (results.length > 0)
    printTable(
      ['', unit, 'range', 'of the limit', 'p50', 'p95', 'p99', 'p99.9 ms', 'CPU ms per operation'],
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
  const limit = results.find(({ role }) => role === 'limit');
  const share =
    limit && limit !== result && (result.unit ?? '') === (limit.unit ?? '')
      ? ratio(results, result.name, limit.name)
      : null;
  const { latencyMs: latency, cpuMsPerOperation: cpu } = result;
  return [
    result.name,
    formatNumber(result.median),
    result.range.map(formatNumber).join(' – '),
    share === null ? '' : formatNumber(share),
    ...['p50', 'p95', 'p99', 'p99.9'].map((name) => (name in latency ? formatNumber(latency[name]) : '')),
    Object.entries(cpu)
      .map(([name, value]) => `${name} ${formatNumber(value)}`)
      .join(', '),
  ];
}

/** Formats a number with three significant digits. */
export function formatNumber(value) {
  if (typeof value !== 'number') return String(value);
  if (!Number.isFinite(value) || value === 0) return String(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return digits > 8
    ? value.toExponential(2)
    : value.toLocaleString('en', {
        minimumFractionDigits: Math.min(digits, 8),
        maximumFractionDigits: Math.min(digits, 8),
      });
}

function printTable(columns, rows) {
  const cells = [
    columns,
    ...rows.map((row) =>
      columns.map((_, index) =>
        row[index] === undefined ? '' : typeof row[index] === 'number' ? formatNumber(row[index]) : String(row[index]),
      ),
    ),
  ];
  const hasValues = columns.map((_, index) => index === 0 || cells.slice(1).some((row) => row[index] !== ''));
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index].length)));
  for (const row of cells) {
    const line = row
      .flatMap((cell, index) =>
        hasValues[index]
          ? [index === 0 || index === columns.length - 1 ? cell.padEnd(widths[index]) : cell.padStart(widths[index])]
          : [],
      )
      .join('  ');
    console.log(`    ${line}`.trimEnd());
  }
}
