interface Page<R> {
  data: R[];
  nextCursor: string | null;
}

/** Reads all pages of a list with a small limit, so that a test also proves the pages. */
export async function readPages<R>(
  limit: number,
  readPage: (page: { limit: number; cursor?: string }) => Promise<Page<R>>,
): Promise<R[]> {
  const rows: R[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await readPage({ limit, ...(cursor ? { cursor } : {}) });
    if (page.data.length > limit) throw new Error(`a page has ${page.data.length} rows; its limit is ${limit}`);
    rows.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor);
  return rows;
}
