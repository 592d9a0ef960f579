import { AccessCache } from '@cordee/access/access-cache';
import type { Input, Output } from '@cordee/contracts/contract';
import { toUuid } from '@cordee/contracts/id';
import { describeOrganization } from '@cordee/contracts/identity/organization';
import { search } from '@cordee/contracts/search/search';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { CONFIG } from '@cordee/service/service-host';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import type { SearchConfig } from '../config.ts';
import { StemCache } from '../index/stem-cache.ts';
import { readableMailboxes } from '../mailboxes/readable-mailboxes.ts';
import { aclTokensOf } from '../objects/acl-tokens.ts';
import { canonicalTree } from '../query/canonical-tree.ts';
import { explainQuery } from '../query/explain-query.ts';
import { parseQuery } from '../query/parse-query.ts';
import { conditionsOf, fieldEntry, type QueryTree } from '../query/query-tree.ts';
import { isInstant } from '../query/query-values.ts';
import { findResults } from './find-results.ts';
import { readSearchCursor, writeSearchCursor } from './search-cursor.ts';

@Controller()
export class SearchQueries {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(StemCache) private readonly stemCache: StemCache,
    @Inject(CONFIG) private readonly config: SearchConfig,
  ) {}

  @Handles(search)
  async search(input: Input<typeof search>, context: QueryContext): Promise<Output<typeof search>> {
    const { em, now } = context;
    const { organizationId, q, kind, limit } = input;
    const { tree: parsedTree, warnings } = parseQuery(q);
    const tree = kind ? canonicalTree({ operator: 'AND', conditions: [{ kind }, parsedTree] }) : parsedTree;
    const searchIdentity = [organizationId, q, kind ?? ''];
    const cursor = readSearchCursor(input.cursor, searchIdentity);
    // All pages use the time of the first page, so that an age such as `newer_than:7d` selects the same results.
    const startedAt = cursor ? new Date(cursor.startedAt) : now;
    const zone = await this.timeZoneFor(tree, organizationId, context.call);

    const access = await this.access.forOrganization(organizationId);
    const mailboxes = readableMailboxes(access, context);
    const { results, hiddenCount } = await findResults(em, this.stemCache, {
      tree,
      time: { now: startedAt, zone },
      organizationId,
      after: cursor?.after,
      // One result more than the page contains. If this result exists, another page exists.
      limit: limit + 1,
      timeoutMs: this.config.SEARCH_TIMEOUT_MS,
      mailboxIds: mailboxes.map(({ resourceId }) => toUuid(resourceId)),
      aclTokens: aclTokensOf(access, context),
    });
    const page = results.slice(0, limit);
    return {
      data: page.map(({ hit }) => hit),
      nextCursor:
        results.length > limit
          ? writeSearchCursor({ after: page.at(-1)!, startedAt: startedAt.toISOString() }, searchIdentity)
          : null,
      understood: explainQuery(tree),
      warnings: warnings.map(({ position, detail }) => `At position ${position}: ${detail}`),
      hiddenInTrashAndSpam: hiddenCount,
    };
  }

  /**
   * Fetches the time zone of the organization if the query contains a local date; else returns `UTC` without a call.
   */
  private async timeZoneFor(
    tree: QueryTree,
    organizationId: `org_${string}`,
    searchCall: QueryContext['call'],
  ): Promise<string> {
    const hasLocalDate = [...conditionsOf(tree)].some(({ condition }) => {
      const entry = fieldEntry(condition);
      return (entry.field === 'before' || entry.field === 'after') && !isInstant(entry.value);
    });
    return hasLocalDate
      ? (await this.rpc.call(describeOrganization, { organizationId }, { causedBy: searchCall })).timeZone
      : 'UTC';
  }
}
