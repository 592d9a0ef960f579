const CHUNK = 65_536;

/** Inserts rows into a table with COPY. */
export function copyRows(client, table, columns, rows) {
  return new Promise((resolve, reject) => {
    client.query({
      submit: (connection) => connection.query(`copy ${table} (${columns.join(', ')}) from stdin`),
      handleCopyInResponse(connection) {
        let chunk = '';
        for (const row of rows) {
          chunk += `${row.map(cell).join('\t')}\n`;
          if (chunk.length < CHUNK) continue;
          connection.sendCopyFromChunk(Buffer.from(chunk));
          chunk = '';
        }
        if (chunk) connection.sendCopyFromChunk(Buffer.from(chunk));
        connection.endCopyFrom();
      },
      // After an error the client does not call handleReadyForQuery.
      handleError: reject,
      handleReadyForQuery: () => resolve(rows.length),
      handleCommandComplete() {},
      handleRowDescription() {},
      handleDataRow() {},
      handleEmptyQuery() {},
    });
  });
}

const cell = (value) =>
  value === null || value === undefined
    ? '\\N'
    : String(value).replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n');
