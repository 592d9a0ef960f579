import { listApiTokens } from '@cordee/contracts/identity/api-token';
import type { Input, Output } from '@cordee/contracts/contract';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import { selectApiTokens } from './select-api-tokens.ts';

@Controller()
export class ApiTokenQueries {
  @Handles(listApiTokens)
  async listApiTokens(
    _: Input<typeof listApiTokens>,
    { em, accountId }: QueryContext,
  ): Promise<Output<typeof listApiTokens>> {
    return { data: await selectApiTokens(em, accountId) };
  }
}
