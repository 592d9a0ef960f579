/** Reads the result of a query with COPY, as CSV. Calls `onChunk` with the bytes as they arrive. */
export function copyOut(client, sql, onChunk) {
  return new Promise((resolve, reject) => {
    client.query({
      submit: (connection) => connection.query(`copy (${sql}) to stdout (format csv)`),
      handleCopyData: ({ chunk }) => onChunk(chunk),
      handleError: reject,
      handleReadyForQuery: () => resolve(),
      handleCommandComplete() {},
      handleRowDescription() {},
      handleDataRow() {},
      handleEmptyQuery() {},
    });
  });
}
