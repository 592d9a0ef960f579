const columns = [
  ['service', ({ service }) => service],
  ['version', ({ version }) => version],
  ['state', ({ state }) => state],
  ['since', ({ startedAt }) => startedAt?.slice(0, 16).replace('T', ' ')],
  ['outbox', ({ outbox }) => outbox],
  ['oldest', ({ oldestS }) => (oldestS === undefined ? undefined : `${Math.round(oldestS)} s`)],
  ['lag', ({ lag }) => lag],
  ['dead', ({ deadLetters }) => deadLetters],
  ['jobs', ({ jobs }) => jobs],
  [
    'pool',
    ({ usedConnections, waitingForConnection }) =>
      usedConnections === undefined ? undefined : `${usedConnections} + ${waitingForConnection}`,
  ],
  ['problem', ({ problem }) => problem],
];

/** Returns the rows of `readStatus` as a table. A value that a process does not have is a dash. */
export function formatStatus(rows) {
  const table = [
    columns.map(([title]) => title),
    ...rows.map((row) => columns.map(([title, valueOf]) => String(valueOf(row) ?? (title === 'problem' ? '' : '–')))),
  ];
  const widths = columns.map((_, index) => Math.max(...table.map((cells) => cells[index].length)));
  return table
    .map((cells) =>
      cells
        .map((cell, index) => cell.padEnd(widths[index]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
