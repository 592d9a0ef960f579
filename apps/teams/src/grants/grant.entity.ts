import type { EventData } from '@cordee/contracts/contract';
import { grantEnded, grantGiven, grantProlonged, type Grant as GrantContract } from '@cordee/contracts/teams/grant';
import type { GrantHolder, GrantObject } from '@cordee/contracts/teams/grant-snapshot';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import { holderOfColumns, objectOfColumns } from './grant-columns.ts';

export type GrantView = z.output<typeof GrantContract>;

export const GrantSchema = defineEntity({
  name: 'Grant',
  tableName: 'access_grant',
  properties: {
    organizationId: idColumn('org').primary(),
    id: idColumn('grt').primary(),
    holderKind: p.string().$type<GrantHolder['kind']>(),
    holderAccountId: idColumn('acc').nullable(),
    holderMemberId: idColumn('mem').nullable(),
    holderTeamId: idColumn('team').nullable(),
    objectKind: p.string().$type<GrantObject['kind']>(),
    productType: p.string().nullable(),
    productId: idColumn('prd').nullable(),
    resourceId: idColumn('res').nullable(),
    /** The ownership period in which a grant on a product or a resource applies. */
    ownershipNumber: p.integer().nullable(),
    accessRight: p.string(),
    givenBy: p.string(),
    givenAt: p.datetime(),
    /** The planned end; null without an end. */
    endsAt: p.datetime().nullable(),
    endedBy: p.string().nullable(),
    /** The recorded end; null while no end is recorded. */
    endedAt: p.datetime().nullable(),
    reason: p.string().nullable(),
  },
});

/**
 * A right of a person, a team or the organization on a product, a product type or a resource. Grants are ended, never
 * deleted (ACC-2).
 */
export class Grant extends GrantSchema.class {
  given(): DomainEvent<typeof grantGiven> {
    return domainEvent(grantGiven, this.eventData());
  }

  prolonged(): DomainEvent<typeof grantProlonged> {
    return domainEvent(grantProlonged, { ...this.eventData(), endsAt: this.endsAt?.toISOString() ?? null });
  }

  ended(): DomainEvent<typeof grantEnded> {
    return domainEvent(grantEnded, this.eventData());
  }

  view(): GrantView {
    return {
      id: this.id,
      holder: holderOfColumns(this),
      object: objectOfColumns(this),
      right: this.accessRight,
      givenBy: this.givenBy,
      givenAt: this.givenAt.toISOString(),
      endsAt: this.endsAt?.toISOString() ?? null,
      endedAt: this.endedAt?.toISOString() ?? null,
      endedBy: this.endedBy ?? null,
      reason: this.reason ?? null,
    };
  }

  private eventData(): EventData<typeof grantGiven> {
    return {
      organizationId: this.organizationId,
      grantId: this.id,
      holder: holderOfColumns(this),
      object: objectOfColumns(this),
      right: this.accessRight,
    };
  }
}
GrantSchema.setClass(Grant);
