import { createHash } from 'node:crypto';
import { DomainError } from '@cordee/contracts/domain-error';
import { readCursor, writeCursor } from '@cordee/service/list-cursor';
import * as z from 'zod';

/** Sort key of a result: results without a date first, then the newest, then by descending id. */
export interface ResultKey {
  at: string | null;
  /** The UUID. */
  id: string;
}

interface SearchCursor {
  /** The last result of the previous page. */
  after: ResultKey;
  /** Time of the first page; ages are relative to it on all pages. */
  startedAt: string;
}

const CursorContent = z.tuple([z.string(), z.iso.datetime(), z.iso.datetime().nullable(), z.guid()]);

/** Comparator of results; negative when `left` comes first. */
export function compareResults(left: ResultKey, right: ResultKey): number {
  if (left.at !== right.at) return left.at === null ? -1 : right.at === null ? 1 : left.at > right.at ? -1 : 1;
  return left.id === right.id ? 0 : left.id > right.id ? -1 : 1;
}

/** `query` identifies the search; `readSearchCursor` refuses the cursor of another search. */
export function writeSearchCursor({ after, startedAt }: SearchCursor, query: readonly string[]): string {
  return writeCursor([fingerprint(query), startedAt, after.at, after.id] satisfies z.input<typeof CursorContent>);
}

export function readSearchCursor(cursor: string | undefined, query: readonly string[]): SearchCursor | undefined {
  const content = readCursor(CursorContent, cursor);
  if (!content) return undefined;
  const [storedFingerprint, startedAt, at, id] = content;
  if (storedFingerprint !== fingerprint(query)) throw new DomainError('CURSOR_INVALID');
  return { after: { at, id: id.toLowerCase() }, startedAt };
}

const fingerprint = (query: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 16);
