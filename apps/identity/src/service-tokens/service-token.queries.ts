import { listServiceTokens, listServiceTokenUses } from '@cordee/contracts/identity/service-token';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { idSchema, toId, toUuid } from '@cordee/contracts/id';
import { instantOf } from '@cordee/service/database/sql-values';
import { cutPage, readCursor } from '@cordee/service/list-cursor';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import * as z from 'zod';
import { selectServiceTokens } from './select-service-tokens.ts';

const Position = z.string().regex(/^\d{1,15}$/);

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
    { limit, cursor }: Input<typeof listServiceTokens>,
    { em }: QueryContext,
  ): Promise<Output<typeof listServiceTokens>> {
    const beforeId = readCursor(idSchema('tok'), cursor);
    const tokens = await selectServiceTokens(em, { beforeId, limit: limit + 1 });
    const { rows, nextCursor } = cutPage(tokens, limit, ({ id }) => id);
    return { data: rows, nextCursor };
  }

  @Handles(listServiceTokenUses)
  async listServiceTokenUses(
    { tokenId, limit, cursor }: Input<typeof listServiceTokenUses>,
    { em }: QueryContext,
  ): Promise<Output<typeof listServiceTokenUses>> {
    const beforePosition = readCursor(Position, cursor);
    const [[token], useRows] = await Promise.all([
      em.execute<unknown[]>(`select from service_token where id = ?`, [toUuid(tokenId)]),
      // Without a cursor, the position is compared with the largest bigint. An additional row shows that there is a
      // next page.
      em.execute<UseRow[]>(
        `select position, organization_id, subject, about, request_id, at from service_token_use
         where token_id = ? and position < coalesce(?::bigint, 9223372036854775807)
         order by position desc limit ?`,
        [toUuid(tokenId), beforePosition ?? null, limit + 1],
      ),
    ]);
    if (!token) throw new DomainError('SERVICE_TOKEN_NOT_FOUND');
    const { rows, nextCursor } = cutPage(useRows, limit, ({ position }) => position);
    return {
      data: rows.map((row) => ({
        organizationId: toId('org', row.organization_id),
        subject: row.subject,
        about: row.about,
        requestId: row.request_id,
        at: instantOf(row.at),
      })),
      nextCursor,
    };
  }
}
