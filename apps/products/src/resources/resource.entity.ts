import {
  resourceAdded,
  resourceOwnerCleared,
  resourceOwnerRetained,
  type Resource as ResourceContract,
} from '@cordee/contracts/products/product';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import type * as z from 'zod';

export type ResourceView = z.output<typeof ResourceContract>;

export const ResourceSchema = defineEntity({
  name: 'Resource',
  tableName: 'resource',
  properties: {
    organizationId: idColumn('org').primary(),
    id: idColumn('res').primary(),
    productId: idColumn('prd'),
    kind: p.string(),
    name: p.string(),
    parentId: idColumn('res').nullable(),
    /** The owner of a mailbox alone decides who reads it (ACC-4). */
    ownerAccountId: idColumn('acc').nullable(),
    /** The membership period of the owner. */
    ownerMemberId: idColumn('mem').nullable(),
    formerOwnerAccountId: idColumn('acc').nullable(),
    createdAt: p.datetime(),
  },
});

/** A thing inside a product on which rights can be granted. */
export class Resource extends ResourceSchema.class {
  added(): DomainEvent<typeof resourceAdded> {
    const { organizationId, productId, id, kind } = this;
    return domainEvent(resourceAdded, {
      organizationId,
      productId,
      resourceId: id,
      kind,
      ownerAccountId: this.ownerAccountId ?? null,
    });
  }

  /** The event after a retained user, who owned the resource before the transfer, owns the resource again. */
  ownerRetained(): DomainEvent<typeof resourceOwnerRetained> {
    const { organizationId, productId, id } = this;
    return domainEvent(resourceOwnerRetained, {
      organizationId,
      productId,
      resourceId: id,
      ownerAccountId: this.ownerAccountId!,
    });
  }

  /**
   * Clears an owner who left the organization. A person who joins again does not own the resource (ROL-7). Managers see
   * the former owner.
   */
  clearOwner(): DomainEvent<typeof resourceOwnerCleared> {
    const { organizationId, productId, id } = this;
    const formerOwnerAccountId = this.ownerAccountId!;
    this.formerOwnerAccountId = formerOwnerAccountId;
    this.ownerAccountId = null;
    this.ownerMemberId = null;
    return domainEvent(resourceOwnerCleared, { organizationId, productId, resourceId: id, formerOwnerAccountId });
  }

  view(): ResourceView {
    return {
      id: this.id,
      kind: this.kind,
      name: this.name,
      parentId: this.parentId ?? null,
      ownerAccountId: this.ownerAccountId ?? null,
    };
  }
}
ResourceSchema.setClass(Resource);
