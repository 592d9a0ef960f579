/**
 * The maximum size of the rows of a page as JSON. Only a page with a single row may be larger. Every message on the
 * bus, including the messages of the gateway, has at most 8 MB (`max_payload`).
 */
const PAGE_BYTES = 2_000_000;

/** Takes at least one row, up to the limit and the page size. Reads at most one row more than it returns. */
export function takeWithinBytes<T>(rows: Iterable<T>, limit: number, bytesOf: (row: T) => number): T[] {
  const page: T[] = [];
  let bytes = 0;
  for (const row of rows) {
    bytes += bytesOf(row);
    if (page.length > 0 && bytes > PAGE_BYTES) break;
    page.push(row);
    if (page.length === limit) break;
  }
  return page;
}

/** The number of bytes of a row as JSON. */
export const jsonBytes = (row: unknown): number => Buffer.byteLength(JSON.stringify(row));
