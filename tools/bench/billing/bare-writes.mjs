import { ownCpu } from '../../measurement/cpu.mjs';

const BATCH_SIZE = 500;

/**
 * Writes the rows that `BillingDatabase.readWrites` has returned. Uses SQL without an ORM, and passes the values of 500
 * operations as arrays. `perTransaction` is the number of operations of a transaction.
 */
export async function writeBare({ client }, writes, operations, perTransaction) {
  const [cpuBefore, startedAt] = [ownCpu(), performance.now()];
  for (let start = 0; start < operations; start += perTransaction) {
    await client.query('begin');
    for (const { name, sql, columns, groups } of writes)
      for (const [batchStart, batchEnd] of batches(start, Math.min(operations, start + perTransaction))) {
        const [firstRow, endRow] = [batchStart, batchEnd].map((operation) =>
          firstRowOf(groups, operation / operations),
        );
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
 * Returns the index of the first row of an operation. A table may have several rows per operation, so the position of
 * the operation is given as a share of all operations. Rows with the same value in `groups` stay in one batch.
 */
function firstRowOf(groups, share) {
  let row = Math.round(groups.length * share);
  while (row > 0 && row < groups.length && groups[row] === groups[row - 1]) row += 1;
  return row;
}
