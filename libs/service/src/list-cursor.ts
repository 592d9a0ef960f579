import type { Id } from '@cordee/contracts/id';
import { inputError } from '@cordee/contracts/input-error';
import type * as z from 'zod';

/** Encodes the sort key of the last row of a page as an opaque cursor. */
export const writeCursor = (sortKey: unknown): string => Buffer.from(JSON.stringify(sortKey)).toString('base64url');

/**
 * Cuts a page from rows that were selected with one additional row: the additional row shows that there is a next page.
 * `sortKeyOf` returns the sort key for the cursor.
 */
export function cutPage<R>(
  rows: readonly R[],
  limit: number,
  sortKeyOf: (row: R) => unknown,
): { rows: R[]; nextCursor: string | null } {
  const pageRows = rows.slice(0, limit);
  return { rows: pageRows, nextCursor: rows.length > limit ? writeCursor(sortKeyOf(pageRows.at(-1)!)) : null };
}

/**
 * Checks a cursor that is an id; the result is undefined without a cursor. Snapshots use the last id as cursor. Throws
 * `INPUT_INVALID` for any other text.
 */
export function readIdCursor<T extends Id>(schema: z.ZodType<T>, cursor: string | undefined): T | undefined {
  if (cursor === undefined) return undefined;
  const { success, data } = schema.safeParse(cursor);
  if (!success) throw inputError('INPUT_INVALID', '/cursor', 'is not a cursor of this list');
  return data;
}

/**
 * Decodes a cursor; the result is undefined without a cursor. Throws `code` when the cursor was not created by this
 * list.
 */
export function readCursor<T extends z.ZodType>(
  schema: T,
  cursor: string | undefined,
  code = 'CURSOR_INVALID',
): z.output<T> | undefined {
  if (cursor === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw inputError(code, '/cursor', 'is not a cursor of this list');
  }
}
