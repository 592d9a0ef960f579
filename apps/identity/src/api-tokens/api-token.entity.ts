import { apiTokenCreated, apiTokenEnded } from '@cordee/contracts/identity/api-token';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';

const LAST_USE_RESOLUTION_MS = 60_000;

export type EndCause = 'revoked' | 'member_removed';

export const ApiTokenSchema = defineEntity({
  name: 'ApiToken',
  tableName: 'api_token',
  properties: {
    id: idColumn('tok').primary(),
    accountId: idColumn('acc'),
    organizationId: idColumn('org'),
    prefix: p.string(),
    /** The hash of the whole token. The token itself is not stored. */
    hash: p.blob(),
    name: p.string(),
    scopes: p.array(),
    createdAt: p.datetime(),
    lastUsedAt: p.datetime().nullable(),
    expiresAt: p.datetime(),
    endedAt: p.datetime().nullable(),
    endCause: p.string().$type<EndCause>().nullable(),
  },
});

/** A credential of a program that acts as a person in one organization, within its scopes. */
export class ApiToken extends ApiTokenSchema.class {
  created(): DomainEvent<typeof apiTokenCreated> {
    return domainEvent(apiTokenCreated, {
      ...this.ids(),
      scopes: this.scopes,
      expiresAt: this.expiresAt.toISOString(),
    });
  }

  isValid(now: Date): boolean {
    return this.endedAt == null && now < this.expiresAt;
  }

  /**
   * Records the last use at most once a minute, so that most exchanges of the token for an access token write no row.
   */
  recordUse(now: Date): void {
    if (this.lastUsedAt == null || now.getTime() - this.lastUsedAt.getTime() >= LAST_USE_RESOLUTION_MS)
      this.lastUsedAt = now;
  }

  end(now: Date, cause: EndCause): DomainEvent<typeof apiTokenEnded> {
    this.endedAt = now;
    this.endCause = cause;
    return domainEvent(apiTokenEnded, { ...this.ids(), cause });
  }

  private ids(): { organizationId: `org_${string}`; tokenId: `tok_${string}`; accountId: `acc_${string}` } {
    return { organizationId: this.organizationId, tokenId: this.id, accountId: this.accountId };
  }
}
ApiTokenSchema.setClass(ApiToken);
