import { listServiceTokens, listServiceTokenUses } from '@cordee/contracts/identity/service-token';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { toId, toUuid } from '@cordee/contracts/id';
import { instantOf } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import { selectServiceTokens } from './select-service-tokens.ts';

interface UseRow {
  position: string;
  organization_id: string;
  subject: string;
  about: string[];
  request_id: string;
  at: string;
}

@Controller()
export class ServiceTokenQueries {
  @Handles(listServiceTokens)
  async listServiceTokens(
    _: Input<typeof listServiceTokens>,
    { em }: QueryContext,
  ): Promise<Output<typeof listServiceTokens>> {
    return { data: await selectServiceTokens(em) };
  }

  @Handles(listServiceTokenUses)
  async listServiceTokenUses(
    { tokenId, limit, cursor }: Input<typeof listServiceTokenUses>,
    { em }: QueryContext,
  ): Promise<Output<typeof listServiceTokenUses>> {
    const [[token], rows] = await Promise.all([
      em.execute<unknown[]>(`select from service_token where id = ?`, [toUuid(tokenId)]),
      // Without a cursor, the position is compared with the largest bigint. An additional row shows that there is a
      // next page.
      em.execute<UseRow[]>(
        `select position, organization_id, subject, about, request_id, at from service_token_use
         where token_id = ? and position < coalesce(?::bigint, 9223372036854775807)
         order by position desc limit ?`,
        [toUuid(tokenId), cursor ?? null, limit + 1],
      ),
    ]);
    if (!token) throw new DomainError('SERVICE_TOKEN_NOT_FOUND');
    return {
      data: rows.slice(0, limit).map((row) => ({
        organizationId: toId('org', row.organization_id),
        subject: row.subject,
        about: row.about,
        requestId: row.request_id,
        at: instantOf(row.at),
      })),
      nextCursor: rows.length > limit ? rows[limit - 1]!.position : null,
    };
  }
}
