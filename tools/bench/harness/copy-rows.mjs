/** A chunk is sent when it has at least this number of characters. */
const CHUNK_LENGTH = 65_536;

/** Inserts rows into a table with COPY. */
export function copyRows(client, table, columns, rows) {
  return new Promise((resolve, reject) => {
    client.query({
      submit: (connection) => connection.query(`copy ${table} (${columns.join(', ')}) from stdin`),
      handleCopyInResponse(connection) {
        let chunk = '';
        for (const row of rows) {
          chunk += `${row.map(toCopyText).join('\t')}\n`;
          if (chunk.length < CHUNK_LENGTH) continue;
          connection.sendCopyFromChunk(Buffer.from(chunk));
          chunk = '';
        }
        if (chunk) connection.sendCopyFromChunk(Buffer.from(chunk));
        connection.endCopyFrom();
      },
      // After an error, `pg` does not call handleReadyForQuery, so the promise is rejected here.
      handleError: reject,
      handleReadyForQuery: () => resolve(rows.length),
      handleCommandComplete() {},
      handleRowDescription() {},
      handleDataRow() {},
      handleEmptyQuery() {},
    });
  });
}

const toCopyText = (value) =>
  value === null || value === undefined
    ? '\\N'
    : String(value).replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n');
