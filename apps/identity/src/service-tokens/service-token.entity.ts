import { serviceTokenCreated, serviceTokenRevoked } from '@cordee/contracts/identity/service-token';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';

export const ServiceTokenSchema = defineEntity({
  name: 'ServiceToken',
  tableName: 'service_token',
  properties: {
    id: idColumn('tok').primary(),
    prefix: p.string(),
    /** The hash of the whole token. The token itself is not stored. */
    hash: p.blob(),
    name: p.string(),
    scopes: p.array(),
    /** Null means all organizations. */
    organizationIds: p.json<`org_${string}`[]>().nullable(),
    createdBy: idColumn('acc'),
    createdAt: p.datetime(),
    expiresAt: p.datetime(),
    endedAt: p.datetime().nullable(),
    endedBy: idColumn('acc').nullable(),
  },
});

/** A credential with which a program of the provider or of a partner reads, within its scopes (API-0). */
export class ServiceToken extends ServiceTokenSchema.class {
  created(): DomainEvent<typeof serviceTokenCreated> {
    const { id, createdBy, scopes, organizationIds, expiresAt } = this;
    return domainEvent(serviceTokenCreated, {
      tokenId: id,
      accountId: createdBy,
      scopes,
      organizationIds: organizationIds ?? null,
      expiresAt: expiresAt.toISOString(),
    });
  }

  isValid(now: Date): boolean {
    return this.endedAt == null && now < this.expiresAt;
  }

  revoke(accountId: `acc_${string}`, now: Date): DomainEvent<typeof serviceTokenRevoked> {
    this.endedAt = now;
    this.endedBy = accountId;
    return domainEvent(serviceTokenRevoked, { tokenId: this.id, accountId });
  }
}
ServiceTokenSchema.setClass(ServiceToken);
