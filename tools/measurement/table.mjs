/** Formats a number with three significant digits. NaN becomes empty. */
export function formatNumber(value) {
  if (typeof value !== 'number') return String(value);
  // A quantile or a mean of no values.
  if (Number.isNaN(value)) return '';
  if (!Number.isFinite(value) || value === 0) return String(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return digits > 8
    ? value.toExponential(2)
    : value.toLocaleString('en', {
        minimumFractionDigits: Math.min(digits, 8),
        maximumFractionDigits: Math.min(digits, 8),
      });
}

/** Prints a table. A column without values is left out. */
export function printTable(columns, rows) {
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
