const WIDTH = 48;

/** Prints a table with a block for each entry of the list: what was sent, and for each figure what happened. */
export function printResults(results) {
  console.log(`  ${'attack: what was sent'.padEnd(WIDTH)}        what happened (limit)`);
  for (const { title, ok, rows, missing } of results) {
    const [mark, state] = stateOf({ ok, rows });
    console.log(`\n  ${mark}  ${title}: ${state}`);
    for (const row of rows) printRow(row);
    if (missing) console.log(`      not yet: ${missing}`);
  }
  const failedCount = results.filter(({ ok }) => !ok).length;
  const heldCount = results.filter(({ ok, rows }) => ok && rows.length > 0).length;
  const impossibleCount = results.length - heldCount - failedCount;
  console.log(`\n  ${heldCount} held, ${failedCount} failed, ${impossibleCount} not possible yet`);
}

function stateOf({ ok, rows }) {
  if (rows.length === 0) return ['–', 'not possible yet'];
  return ok ? ['✔', 'held'] : ['✘', 'failed'];
}

function printRow({ name, sent, figures }) {
  console.log(`      ${name}: ${sent}`);
  for (const { figure, expected, reached, ok } of figures) {
    const limit = expected === '' || expected === reached ? '' : `  (${expected})`;
    console.log(`      ${ok ? ' ' : '✘'} ${figure.padEnd(WIDTH)}  ${reached}${limit}`);
  }
}
