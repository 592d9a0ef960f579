import { createHash } from 'node:crypto';
import { DomainError } from '@cordee/contracts/domain-error';
import { Instant } from '@cordee/contracts/values';
import { readCursor, writeCursor } from '@cordee/service/list-cursor';
import * as z from 'zod';

/**
 * Sort key of a result. Results without a date come first, then the newest; equal dates are sorted by descending id.
 */
export interface ResultKey {
  at: string | null;
  /** The id as a UUID, without prefix. */
  id: string;
}

interface SearchCursor {
  /** The last result of the previous page. */
  after: ResultKey;
  /** The time of the first page. The ages in the query are relative to this time on all pages. */
  startedAt: string;
}

/** The ages in a query are subtracted from this instant. Near the first and the last year, the result is no date. */
const StartInstant = Instant.refine((instant) => /^2\d{3}-/.test(instant));
/** Fingerprint of the search, `startedAt`, and date and id of the last result. */
const CursorContent = z.tuple([z.string(), StartInstant, Instant.nullable(), z.guid()]);

/** Compares two results; negative when `left` comes first. */
export function compareResults(left: ResultKey, right: ResultKey): number {
  if (left.at !== right.at) return left.at === null ? -1 : right.at === null ? 1 : left.at > right.at ? -1 : 1;
  return left.id === right.id ? 0 : left.id > right.id ? -1 : 1;
}

/** Writes a cursor. `searchIdentity` identifies the search; `readSearchCursor` refuses the cursor of another search. */
export function writeSearchCursor({ after, startedAt }: SearchCursor, searchIdentity: readonly string[]): string {
  return writeCursor([fingerprint(searchIdentity), startedAt, after.at, after.id] satisfies z.input<
    typeof CursorContent
  >);
}

export function readSearchCursor(
  cursor: string | undefined,
  searchIdentity: readonly string[],
): SearchCursor | undefined {
  const content = readCursor(CursorContent, cursor);
  if (!content) return undefined; // The request of the first page has no cursor.
  const [storedFingerprint, startedAt, at, id] = content;
  if (storedFingerprint !== fingerprint(searchIdentity)) throw new DomainError('CURSOR_INVALID');
  return { after: { at, id: id.toLowerCase() }, startedAt };
}

/** Returns 96 bits of a hash. Its purpose is to tell searches apart, so the cursor can stay short. */
const fingerprint = (searchIdentity: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(searchIdentity)).digest('base64url').slice(0, 16);
