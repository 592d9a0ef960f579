import {
  resourceAdded,
  resourceOwnerCleared,
  resourceOwnerKept,
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
    /** The resource that it lies in. */
    parentId: idColumn('res').nullable(),
    /** Whose mailbox it is: only they read it, and whom they let (ACC-4). */
    ownerAccountId: idColumn('acc').nullable(),
    /** The owner's time in the organization. */
    ownerMemberId: idColumn('mem').nullable(),
    formerOwnerAccountId: idColumn('acc').nullable(),
    createdAt: p.datetime(),
  },
});

/** A thing inside a product that rights can be given on. */
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

  /** It is its owner's again, who came along with its product. */
  ownerKept(): DomainEvent<typeof resourceOwnerKept> {
    const { organizationId, productId, id } = this;
    return domainEvent(resourceOwnerKept, {
      organizationId,
      productId,
      resourceId: id,
      ownerAccountId: this.ownerAccountId!,
    });
  }

  /** Its owner left: who comes back does not find it theirs again (ROL-7), and a manager can see whose it was. */
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
