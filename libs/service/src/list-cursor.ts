import { inputError } from '@cordee/contracts/input-error';
import type * as z from 'zod';

/** Where a page of a list ended, as one opaque word. */
export const writeCursor = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/** The place in a cursor that was written so, nothing without one; refused with `code` when it was not. */
export function readCursor<T extends z.ZodType>(
  shape: T,
  cursor: string | undefined,
  code = 'CURSOR_INVALID',
): z.output<T> | undefined {
  if (cursor === undefined) return undefined;
  try {
    return shape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw inputError(code, '/cursor', 'was not made by this list');
  }
}
