import {
  supportAccessEnded,
  supportAccessEntered,
  supportAccessGranted,
  supportAccessLeft,
} from '@cordee/contracts/identity/support-access';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';

type AccountId = `acc_${string}`;

export const SupportAccessSchema = defineEntity({
  name: 'SupportAccess',
  tableName: 'support_access',
  properties: {
    organizationId: idColumn('org').primary(),
    id: idColumn('sup').primary(),
    level: p.string().$type<'read' | 'write'>(),
    withContent: p.boolean(),
    /** The covered products; null means the whole organization. */
    products: p.json<{ productId: `prd_${string}`; ownershipNumber: number; name: string }[]>().nullable(),
    reason: p.string(),
    ticket: p.string().nullable(),
    givenBy: idColumn('acc'),
    /** The giver. The current rights of this member limit the access. */
    grantedByMemberId: idColumn('mem'),
    givenAt: p.datetime(),
    endsAt: p.datetime(),
    endedAt: p.datetime().nullable(),
    endCause: p.string().$type<'revoked' | 'expired'>().nullable(),
    endedBy: idColumn('acc').nullable(),
  },
});

/** Time-boxed permission that the customer gives to the provider's staff (SUP-3). */
export class SupportAccess extends SupportAccessSchema.class {
  granted(): DomainEvent<typeof supportAccessGranted> {
    const { level, withContent, products, givenBy, endsAt } = this;
    return domainEvent(supportAccessGranted, {
      ...this.ids(),
      accountId: givenBy,
      level,
      withContent,
      productIds: products?.map(({ productId }) => productId) ?? null,
      endsAt: endsAt.toISOString(),
    });
  }

  isLive(now: Date): boolean {
    return this.endedAt == null && now < this.endsAt;
  }

  entered(accountId: AccountId): DomainEvent<typeof supportAccessEntered> {
    return domainEvent(supportAccessEntered, { ...this.ids(), accountId });
  }

  left(accountId: AccountId): DomainEvent<typeof supportAccessLeft> {
    return domainEvent(supportAccessLeft, { ...this.ids(), accountId });
  }

  /** Returns undefined when the access has already ended or expired. */
  revoke(by: AccountId, now: Date): DomainEvent<typeof supportAccessEnded> | undefined {
    if (!this.isLive(now)) return undefined;
    this.endedBy = by;
    return this.end('revoked', now);
  }

  /** Records the expiry. Returns undefined when the access has not expired, or has already ended. */
  expire(now: Date): DomainEvent<typeof supportAccessEnded> | undefined {
    return this.endedAt == null && now >= this.endsAt ? this.end('expired', this.endsAt) : undefined;
  }

  private end(cause: 'revoked' | 'expired', at: Date): DomainEvent<typeof supportAccessEnded> {
    this.endedAt = at;
    this.endCause = cause;
    return domainEvent(supportAccessEnded, { ...this.ids(), cause });
  }

  private ids(): { organizationId: `org_${string}`; supportAccessId: `sup_${string}` } {
    return { organizationId: this.organizationId, supportAccessId: this.id };
  }
}
SupportAccessSchema.setClass(SupportAccess);
