import { AccessCache } from '@cordee/access/access-cache';
import type { Input, Output } from '@cordee/contracts/contract';
import { listSharedContent } from '@cordee/contracts/teams/shared-content';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { readCursor, writeCursor } from '@cordee/service/list-cursor';
import { Controller, Inject } from '@nestjs/common';
import * as z from 'zod';
import { Catalogue } from '../grants/catalogue.ts';
import { readSharedContent } from './read-shared-content.ts';

@Controller()
export class ContentQueries {
  constructor(
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
  ) {}

  @Handles(listSharedContent)
  async listSharedContent(
    input: Input<typeof listSharedContent>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof listSharedContent>> {
    const lastSortKey = readCursor(z.string(), input.cursor);
    // The caller does not repeat the query after an empty answer, so the answer must use the newest data.
    const current = await this.access.loadNewest(input.organizationId, ['people', 'products']);
    const rows = await readSharedContent(em, { now, catalogue: this.catalogue, current }, input);
    const remainingRows = lastSortKey === undefined ? rows : rows.filter(({ sortKey }) => sortKey > lastSortKey);
    const page = remainingRows.slice(0, input.limit);
    return {
      data: page.map(({ row }) => row),
      nextCursor: remainingRows.length > page.length ? writeCursor(page.at(-1)!.sortKey) : null,
    };
  }
}
