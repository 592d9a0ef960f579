import { defaultRightsSet } from '@cordee/contracts/teams/default-rights';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';

export const DefaultRightsSchema = defineEntity({
  name: 'DefaultRights',
  tableName: 'default_right',
  properties: {
    organizationId: idColumn('org').primary(),
    productId: idColumn('prd').primary(),
    /** The rights apply in this ownership period only. */
    ownershipNumber: p.integer().primary(),
    resourceKind: p.string().primary(),
    /** Null when the default of the catalogue applies. */
    accessRights: p.array().nullable(),
    version: p.integer().version(),
  },
});

/** The rights that the organization has set for owners of new resources of one kind in a product. */
export class DefaultRights extends DefaultRightsSchema.class {
  set(rights: string[] | null): DomainEvent<typeof defaultRightsSet> {
    const before = this.accessRights ?? null;
    this.accessRights = rights;
    return domainEvent(defaultRightsSet, {
      organizationId: this.organizationId,
      productId: this.productId,
      kind: this.resourceKind,
      before,
      after: rights,
    });
  }
}
DefaultRightsSchema.setClass(DefaultRights);
