import { apiTokenCreated, apiTokenEnded } from '@cordee/contracts/identity/api-token';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';

/** Last use is noted this often. */
const NOTED_EVERY_MS = 60_000;

export type EndCause = 'revoked' | 'member_removed';

export const ApiTokenSchema = defineEntity({
  name: 'ApiToken',
  tableName: 'api_token',
  properties: {
    id: idColumn('tok').primary(),
    accountId: idColumn('acc'),
    organizationId: idColumn('org'),
    prefix: p.string(),
    /** Of the whole token; the token itself is not kept. */
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

/** With it a program acts as a person in one organization, within its scopes, until it expires or is ended. */
export class ApiToken extends ApiTokenSchema.class {
  created(): DomainEvent<typeof apiTokenCreated> {
    return domainEvent(apiTokenCreated, {
      ...this.key(),
      scopes: this.scopes,
      expiresAt: this.expiresAt.toISOString(),
    });
  }

  isGood(now: Date): boolean {
    return this.endedAt == null && now < this.expiresAt;
  }

  /** Notes that it is used, to the minute: every call would write a row otherwise. */
  use(now: Date): void {
    if (this.lastUsedAt == null || now.getTime() - this.lastUsedAt.getTime() >= NOTED_EVERY_MS) this.lastUsedAt = now;
  }

  end(now: Date, cause: EndCause): DomainEvent<typeof apiTokenEnded> {
    this.endedAt = now;
    this.endCause = cause;
    return domainEvent(apiTokenEnded, { ...this.key(), cause });
  }

  private key(): { organizationId: `org_${string}`; tokenId: `tok_${string}`; accountId: `acc_${string}` } {
    return { organizationId: this.organizationId, tokenId: this.id, accountId: this.accountId };
  }
}
ApiTokenSchema.setClass(ApiToken);
