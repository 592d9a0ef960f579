/** Bytes of JSON that the rows of a page come to, unless one alone is larger. The bus carries 8 MB in a message (`max_payload`), also on the way to whoever asked. */
const PAGE_BYTES = 2_000_000;

/** The rows that make a page: up to the limit, fewer where they are large, so that it fits into one message; at least one. Nothing behind the page is worked out but the row that was too much. */
export function takeWithinBytes<T>(rows: Iterable<T>, limit: number, bytesOf: (row: T) => number): T[] {
  const taken: T[] = [];
  let bytes = 0;
  for (const row of rows) {
    bytes += bytesOf(row);
    if (taken.length > 0 && bytes > PAGE_BYTES) break;
    taken.push(row);
    if (taken.length === limit) break;
  }
  return taken;
}

/** What a row comes to as it goes over the wire. */
export const jsonBytes = (row: unknown): number => Buffer.byteLength(JSON.stringify(row));
