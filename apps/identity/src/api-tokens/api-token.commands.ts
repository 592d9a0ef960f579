import { AccessCache } from '@cordee/access/access-cache';
import { createApiToken, exchangeApiToken, revokeApiToken } from '@cordee/contracts/identity/api-token';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId, toUuid } from '@cordee/contracts/id';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { insertRows } from '@cordee/service/database/insert-rows';
import { sendAhead } from '@cordee/service/database/orm';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import { Controller, Inject } from '@nestjs/common';
import { acrossAccounts } from '../across-accounts.ts';
import { Member } from '../members/member.entity.ts';
import { ServiceToken } from '../service-tokens/service-token.entity.ts';
import { AccessTokens } from '../sessions/access-tokens.ts';
import { newTokenText, isSameHash, readTokenText } from './token-text.ts';
import { ApiToken } from './api-token.entity.ts';
import { requireKnownScopes } from './require-known-scopes.ts';
import { selectApiTokens } from './select-api-tokens.ts';

const DAY_MS = 86_400_000;
/** The limit per account. Expired tokens count until they are revoked. */
const MAX_TOKENS = 100;

@Controller()
export class ApiTokenCommands {
  constructor(
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(AccessTokens) private readonly accessTokens: AccessTokens,
  ) {}

  @Handles(createApiToken)
  async createApiToken(
    { organizationId, name, expiresInDays, ...input }: Input<typeof createApiToken>,
    { em, now, accountId, call, publish }: CommandContext,
  ): Promise<Output<typeof createApiToken>> {
    const people = await this.access.people(organizationId);
    if (!people.find(accountId)) throw new DomainError('ORGANIZATION_NOT_FOUND');
    // A member without this permission is blocked or lacks a required second factor.
    if (!people.may(accountId, 'organization:read')) throw new DomainError('PERMISSION_DENIED');
    const scopes = await requireKnownScopes(input.scopes, this.rpc, call);
    lockForNewToken(em, organizationId, accountId);
    const [member, tokenCount] = await Promise.all([
      em.findOne(Member, { organizationId, accountId }),
      em.count(ApiToken, { accountId, endedAt: null }),
    ]);
    // The member may have been removed before the lock.
    if (!member) throw new DomainError('ORGANIZATION_NOT_FOUND');
    if (tokenCount >= MAX_TOKENS) throw new DomainError('API_TOKEN_LIMIT');
    const { text, prefix, hash } = newTokenText();
    const token = em.create(
      ApiToken,
      {
        id: newId('tok', now),
        accountId,
        organizationId,
        prefix,
        hash,
        name,
        scopes,
        createdAt: now,
        expiresAt: new Date(now.getTime() + expiresInDays * DAY_MS),
      },
      { persist: false },
    );
    insertRows(em, [token]);
    await publish(token.created());
    const [view] = await selectApiTokens(em, accountId, { id: token.id });
    return { ...view!, token: text };
  }

  @Handles(revokeApiToken)
  async revokeApiToken(
    { tokenId }: Input<typeof revokeApiToken>,
    { em, now, accountId, publish }: CommandContext,
  ): Promise<Output<typeof revokeApiToken>> {
    const token = await em.findOne(ApiToken, { id: tokenId, accountId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!token) throw new DomainError('API_TOKEN_NOT_FOUND');
    if (!token.endedAt) await publish(token.end(now, 'revoked'));
    return {};
  }

  @Handles(exchangeApiToken)
  async exchangeApiToken(
    { token: text }: Input<typeof exchangeApiToken>,
    { em, now }: CommandContext,
  ): Promise<Output<typeof exchangeApiToken>> {
    const parts = readTokenText(text);
    if (!parts) throw new DomainError('API_TOKEN_INVALID');
    const [token, serviceToken] = await acrossAccounts(em, () =>
      Promise.all([em.findOne(ApiToken, { prefix: parts.prefix }), em.findOne(ServiceToken, { prefix: parts.prefix })]),
    );
    if (serviceToken) return this.exchangeServiceToken(serviceToken, parts.hash, now);
    if (!token?.isValid(now) || !isSameHash(parts.hash, token.hash)) throw new DomainError('API_TOKEN_INVALID');
    const { accountId, organizationId, scopes, id: tokenId } = token;
    setTenantContext(em, { organizationId, accountId });
    token.recordUse(now);
    // The access token of a program never has the rights of staff, even when the account is a staff account.
    const signed = await this.accessTokens.sign(
      {
        subject: accountId,
        sessionId: tokenId,
        isStaff: false,
        limits: { organizationId, scopes },
        notAfter: token.expiresAt,
      },
      now,
    );
    return { tokenId, accessToken: signed.token, expiresAt: signed.expiresAt.toISOString() };
  }

  /** Records no use: the services record each use of a service token. */
  private async exchangeServiceToken(
    token: ServiceToken,
    hash: Uint8Array,
    now: Date,
  ): Promise<Output<typeof exchangeApiToken>> {
    if (!token.isValid(now) || !isSameHash(hash, token.hash)) throw new DomainError('API_TOKEN_INVALID');
    const { id: tokenId, organizationIds = null, scopes, expiresAt } = token;
    const signed = await this.accessTokens.sign(
      {
        subject: tokenId,
        sessionId: tokenId,
        isStaff: false,
        serviceToken: { organizationIds, scopes },
        notAfter: expiresAt,
      },
      now,
    );
    return { tokenId, accessToken: signed.token, expiresAt: signed.expiresAt.toISOString() };
  }
}

/**
 * Serializes the creation of a token with other creations for the same account and with the removal of the member. The
 * account is locked before the organization (see `account-locks.ts`). The statements that follow wait for the locks.
 */
function lockForNewToken(em: EntityManager, organizationId: `org_${string}`, accountId: `acc_${string}`): void {
  sendAhead(em, `select from account where id = ? for no key update`, [toUuid(accountId)]);
  // The insert of a token locks the organization in the same mode, because of its foreign key.
  sendAhead(em, `select from organization where organization_id = ? for key share`, [toUuid(organizationId)]);
}
