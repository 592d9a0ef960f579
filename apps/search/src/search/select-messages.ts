import { toId } from '@cordee/contracts/id';
import type { Hit } from '@cordee/contracts/search/search';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import type { CompiledMessageQuery } from '../index/compile-message-query.ts';
import { highlightTerms } from '../index/highlight-terms.ts';
import { executeBound } from '@cordee/service/database/orm';
import { highlightText, snippet } from '../index/snippet.ts';
import type { QueryTree } from '../query/query-tree.ts';
import type { ResultKey } from './search-cursor.ts';

export type Result = ResultKey & { hit: z.input<typeof Hit> };

/** Returns SQL that formats an instant as text with milliseconds. A cursor contains instants in this format. */
export const instantTextSql = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/**
 * The maximum number of characters that are selected of a body. A snippet searches fewer characters, so a cut text ends
 * with `…`.
 */
export const SELECTED_BODY_LENGTH = 31_000;

interface MessageRow {
  id: string;
  mailbox_id: string;
  folder: string;
  subject: string;
  body: string;
  at: string;
}

export async function selectMessages(
  em: EntityManager,
  tree: QueryTree,
  { where, parameters }: CompiledMessageQuery,
  after: ResultKey | undefined,
  limit: number,
): Promise<Result[]> {
  // Every message has a date, so every message comes after a cursor without a date.
  const afterCondition = after?.at
    ? `and (received_at, id) < (${parameters.add(after.at)}::timestamptz, ${parameters.add(after.id)}::uuid)`
    : '';
  // The outer query cuts the bodies. In the inner query, PostgreSQL would read the body of every match, not only of the
  // matches within the limit.
  const rows = await executeBound<MessageRow>(
    em,
    `select id, mailbox_id, folder, subject, left(body, ${SELECTED_BODY_LENGTH}) as body,
            ${instantTextSql('received_at')} as at
     from (
       select id, mailbox_id, folder, subject, body, received_at from message
       where ${where} ${afterCondition} order by received_at desc, id desc limit ${parameters.add(limit)}
     ) as page
     order by received_at desc, id desc`,
    parameters.values,
  );
  const [titleTerms, bodyTerms] = [highlightTerms(tree, 'subject'), highlightTerms(tree, 'body')];
  return rows.map(({ id, mailbox_id, folder, subject, body, at }) => ({
    at,
    id,
    hit: {
      kind: 'message',
      id: toId('msg', id),
      title: subject,
      markedTitle: highlightText(subject, titleTerms),
      snippet: snippet(body, bodyTerms),
      at,
      mailbox: { resourceId: toId('res', mailbox_id), folder },
    },
  }));
}

/**
 * Counts the hidden matches in trash and spam. Call this function before you add parameters to the query, because
 * PostgreSQL rejects a bound value that the statement does not use.
 */
export async function countHiddenMessages(
  em: EntityManager,
  { hiddenWhere, parameters }: CompiledMessageQuery,
): Promise<number> {
  if (hiddenWhere === undefined) return 0;
  const [row] = await executeBound<{ count: number }>(
    em,
    `select count(*)::int as count from message where ${hiddenWhere}`,
    [...parameters.values],
  );
  return row!.count;
}
