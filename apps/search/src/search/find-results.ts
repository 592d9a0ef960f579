import { DomainError } from '@cordee/contracts/domain-error';
import { toUuid } from '@cordee/contracts/id';
import { databaseRoles } from '@cordee/service/database/platform-tables';
import { setReadTimeout, setRole } from '@cordee/service/database/tenant-context';
import type { EntityManager } from '@mikro-orm/postgresql';
import { compileMessageQuery } from '../index/compile-message-query.ts';
import { compileObjectQuery } from '../index/compile-object-query.ts';
import type { QueryTime } from '../index/compile-tree.ts';
import { queryForms } from '../index/query-forms.ts';
import type { StemCache } from '../index/stem-cache.ts';
import { loadStems } from '../index/load-stems.ts';
import type { QueryTree } from '../query/query-tree.ts';
import { compareResults, type ResultKey } from './search-cursor.ts';
import { countHiddenMessages, selectMessages, type Result } from './select-messages.ts';
import { selectObjects } from './select-objects.ts';

export interface SearchRequest {
  tree: QueryTree;
  time: QueryTime;
  organizationId: `org_${string}`;
  /** The mailboxes that the viewer may read. Each statement on messages is limited to these mailboxes (SRCH-7). */
  mailboxIds: readonly string[];
  /** The ACL tokens of the viewer. Each statement on objects is limited to entries with such a token (SRCH-7). */
  aclTokens: readonly string[];
  /** The last result of the previous page; undefined for the first page. */
  after: ResultKey | undefined;
  limit: number;
  timeoutMs: number;
}

/** The code with which PostgreSQL ends a statement that exceeds `statement_timeout`. */
const QUERY_CANCELED = '57014';

/**
 * Finds messages and objects, merges them into one order, and counts the hidden messages. Switches the transaction to
 * the search role, which can only read the index.
 */
export async function findResults(
  em: EntityManager,
  stemCache: StemCache,
  request: SearchRequest,
): Promise<{ results: Result[]; hiddenCount: number }> {
  const { tree, time, mailboxIds, aclTokens, after, limit, timeoutMs } = request;
  const organizationId = toUuid(request.organizationId);
  setRole(em, databaseRoles('search').reader);
  setReadTimeout(em, timeoutMs);
  try {
    const stems = await loadStems(em, stemCache, queryForms(tree));
    const messages = compileMessageQuery(tree, { organizationId, mailboxIds }, time, stems);
    const objects = compileObjectQuery(tree, { organizationId, aclTokens }, time, stems);
    // Either list can fill the page alone, so each statement has the full limit.
    const [hiddenCount, ...lists] = await Promise.all([
      countHiddenMessages(em, messages),
      selectMessages(em, tree, messages, after, limit),
      selectObjects(em, tree, objects, after, limit),
    ]);
    return { results: lists.flat().toSorted(compareResults).slice(0, limit), hiddenCount };
  } catch (error) {
    if ((error as { code?: string }).code !== QUERY_CANCELED) throw error;
    throw new DomainError('QUERY_TOO_COMPLEX', {
      detail: `The search took longer than ${timeoutMs} ms. Add a sender, a folder or a date to narrow the search.`,
    });
  }
}
