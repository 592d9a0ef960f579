import { createHash } from 'node:crypto';
import { DomainError } from '@cordee/contracts/domain-error';
import { readCursor, writeCursor } from '@cordee/service/list-cursor';
import * as z from 'zod';

/** Where a result stands in the one order of all results: what has no date first, then the newest, then by id. */
export interface ResultKey {
  at: string | null;
  /** The UUID. */
  id: string;
}

export interface SearchCursor {
  /** The last result of the page before. */
  after: ResultKey;
  /** When the first page was asked for: ages count from then on every page. */
  askedAt: string;
}

const Written = z.tuple([z.string(), z.iso.datetime(), z.iso.datetime().nullable(), z.guid()]);

/** The order of results; negative when `left` comes first. */
export function compareResults(left: ResultKey, right: ResultKey): number {
  if (left.at !== right.at) return left.at === null ? -1 : right.at === null ? 1 : left.at > right.at ? -1 : 1;
  return left.id === right.id ? 0 : left.id > right.id ? -1 : 1;
}

/** `query` is everything that makes a search this search; a cursor of another one is refused. */
export function writeSearchCursor({ after, askedAt }: SearchCursor, query: readonly string[]): string {
  return writeCursor([fingerprint(query), askedAt, after.at, after.id] satisfies z.input<typeof Written>);
}

export function readSearchCursor(cursor: string | undefined, query: readonly string[]): SearchCursor | undefined {
  const written = readCursor(Written, cursor);
  if (!written) return undefined;
  const [mark, askedAt, at, id] = written;
  if (mark !== fingerprint(query)) throw new DomainError('CURSOR_INVALID');
  return { after: { at, id: id.toLowerCase() }, askedAt };
}

const fingerprint = (query: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 16);
