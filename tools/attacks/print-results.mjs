import { printTable } from '../measurement/table.mjs';

/** Prints a table with the expected and the reached figures of all attacks. */
export function printResults(results) {
  const rows = results.flatMap(({ name, figures }) =>
    figures.map(({ figure, expected, reached, ok }, index) => [
      index === 0 ? name : '',
      figure,
      expected,
      reached,
      ok ? '✔' : '✘',
    ]),
  );
  printTable(['attack', 'figure', 'expected', 'reached', ''], rows);
}
