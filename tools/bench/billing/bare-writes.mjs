import { ownCpu } from '../../measurement/cpu.mjs';

const BATCH_SIZE = 500;

/**
 * Writes the rows that `BillingDatabase.readWrites` has returned, with plain SQL and arrays of values, in batches of
 * 500 operations. `perTransaction` is the number of operations of a transaction.
 */
export async function writeBare({ client }, writes, operations, perTransaction) {
  const [cpuBefore, startedAt] = [ownCpu(), performance.now()];
  for (let start = 0; start < operations; start += perTransaction) {
    await client.query('begin');
    for (const { name, sql, columns, groups } of writes)
      for (const [first, end] of batches(start, Math.min(operations, start + perTransaction))) {
        const [firstRow, endRow] = [first, end].map((operation) => rowOf(groups, operation / operations));
        const values = columns.map((column) => column.slice(firstRow, endRow));
        if (values[0].length > 0) await client.query({ name, text: sql, values });
      }
    await client.query('commit');
  }
  return { operations, ms: performance.now() - startedAt, cpu: ownCpu() - cpuBefore };
}

const batches = (start, end) =>
  Array.from({ length: Math.ceil((end - start) / BATCH_SIZE) }, (_, index) => [
    start + index * BATCH_SIZE,
    Math.min(end, start + (index + 1) * BATCH_SIZE),
  ]);

/**
 * Returns the first row of the operation at this share of all rows, because a table may have several rows per
 * operation. Rows with the same value in `groups` stay together.
 */
function rowOf(groups, share) {
  let row = Math.round(groups.length * share);
  while (row > 0 && row < groups.length && groups[row] === groups[row - 1]) row += 1;
  return row;
}
