/**
 * Maximum size of the rows of a page in JSON, except for a single larger row. A message on the bus, also one of the
 * gateway, has at most 8 MB (`max_payload`).
 */
const PAGE_BYTES = 2_000_000;

/** Takes rows up to the limit and the page size, but at least one. It reads at most one row more than it returns. */
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

/** The size of a row in a message. */
export const jsonBytes = (row: unknown): number => Buffer.byteLength(JSON.stringify(row));
