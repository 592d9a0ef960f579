import {
  createServiceToken,
  recordServiceTokenUse,
  revokeServiceToken,
} from '@cordee/contracts/identity/service-token';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId, toUuid } from '@cordee/contracts/id';
import { advisoryLock } from '@cordee/service/database/advisory-lock';
import { insertRows } from '@cordee/service/database/insert-rows';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { LockMode } from '@mikro-orm/postgresql';
import { Controller } from '@nestjs/common';
import { acrossAccounts } from '../across-accounts.ts';
import { newTokenText } from '../api-tokens/token-text.ts';
import { selectServiceTokens } from './select-service-tokens.ts';
import { ServiceToken } from './service-token.entity.ts';

const DAY_MS = 86_400_000;
const MAX_TOKENS = 100;
/** The caller can choose the request id, so the stored text is limited. */
const MAX_REQUEST_ID_CHARACTERS = 200;

@Controller()
export class ServiceTokenCommands {
  @Handles(createServiceToken)
  async createServiceToken(
    { name, scopes, organizationIds, expiresInDays }: Input<typeof createServiceToken>,
    { em, now, accountId, publish }: CommandContext,
  ): Promise<Output<typeof createServiceToken>> {
    await advisoryLock(em, 'service tokens');
    if ((await em.count(ServiceToken, { endedAt: null })) >= MAX_TOKENS) throw new DomainError('SERVICE_TOKEN_LIMIT');
    const { text, prefix, hash } = newTokenText();
    const token = em.create(
      ServiceToken,
      {
        id: newId('tok', now),
        prefix,
        hash,
        name,
        scopes: [...new Set(scopes)],
        organizationIds,
        createdBy: accountId,
        createdAt: now,
        expiresAt: new Date(now.getTime() + expiresInDays * DAY_MS),
      },
      { persist: false },
    );
    insertRows(em, [token]);
    await publish(token.created());
    const [view] = await selectServiceTokens(em, { id: token.id });
    return { ...view!, token: text };
  }

  @Handles(revokeServiceToken)
  async revokeServiceToken(
    { tokenId }: Input<typeof revokeServiceToken>,
    { em, now, accountId, publish }: CommandContext,
  ): Promise<Output<typeof revokeServiceToken>> {
    const token = await em.findOne(ServiceToken, { id: tokenId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!token) throw new DomainError('SERVICE_TOKEN_NOT_FOUND');
    if (!token.endedAt) await publish(token.revoke(accountId, now));
    return {};
  }

  /** The statement checks the token again, because the request pipeline of the service has checked a cached token. */
  @Handles(recordServiceTokenUse)
  async recordServiceTokenUse(
    { tokenId, organizationId, subject, about }: Input<typeof recordServiceTokenUse>,
    { em, now, call }: CommandContext,
  ): Promise<Output<typeof recordServiceTokenUse>> {
    const recorded = await acrossAccounts(em, () =>
      em.execute<unknown[]>(
        `insert into service_token_use (token_id, organization_id, subject, about, request_id, at)
         select id, ?, ?, array(select jsonb_array_elements_text(?::jsonb)), ?, ? from service_token
         where id = ? and ended_at is null and expires_at > ? returning 1`,
        [
          toUuid(organizationId),
          subject,
          JSON.stringify(about),
          call.requestId.slice(0, MAX_REQUEST_ID_CHARACTERS),
          now,
          toUuid(tokenId),
          now,
        ],
      ),
    );
    return { isLive: recorded.length > 0 };
  }
}
