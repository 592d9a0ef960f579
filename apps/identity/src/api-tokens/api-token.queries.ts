import { listApiTokens } from '@cordee/contracts/identity/api-token';
import type { Input, Output } from '@cordee/contracts/contract';
import { idSchema } from '@cordee/contracts/id';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { cutPage, readCursor } from '@cordee/service/list-cursor';
import { Controller } from '@nestjs/common';
import { selectApiTokens } from './select-api-tokens.ts';

@Controller()
export class ApiTokenQueries {
  @Handles(listApiTokens)
  async listApiTokens(
    { limit, cursor }: Input<typeof listApiTokens>,
    { em, accountId }: QueryContext,
  ): Promise<Output<typeof listApiTokens>> {
    const beforeId = readCursor(idSchema('tok'), cursor);
    const apiTokens = await selectApiTokens(em, accountId, { beforeId, limit: limit + 1 });
    const { rows, nextCursor } = cutPage(apiTokens, limit, ({ id }) => id);
    return { data: rows, nextCursor };
  }
}
