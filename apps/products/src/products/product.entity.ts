import { productBlocked, productCreated, productUnblocked } from '@cordee/contracts/products/product';
import { productReceived, productTransferredAway } from '@cordee/contracts/products/transfer-events';
import type { EventData } from '@cordee/contracts/contract';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';

export const ProductSchema = defineEntity({
  name: 'Product',
  tableName: 'product',
  properties: {
    organizationId: idColumn('org').primary(),
    id: idColumn('prd').primary(),
    orderId: idColumn('ord'),
    type: p.string(),
    name: p.string(),
    createdAt: p.datetime(),
  },
});

type OrderedTerms = Pick<
  EventData<typeof productCreated>,
  'interval' | 'periodStart' | 'currency' | 'isAutomaticRenewal' | 'isWarranted'
>;

/** The data of a transfer in the event for the receiving organization. */
export type ReceivedData = Pick<
  EventData<typeof productReceived>,
  'transferId' | 'ownershipNumber' | 'renewal' | 'retained' | 'retainedRight'
>;

/** One instance of a product type, owned by one organization. */
export class Product extends ProductSchema.class {
  created(ordered: OrderedTerms): DomainEvent<typeof productCreated> {
    return domainEvent(productCreated, {
      ...this.key(),
      orderId: this.orderId,
      type: this.type,
      name: this.name,
      ...ordered,
    });
  }

  blocked(reason: string): DomainEvent<typeof productBlocked> {
    return domainEvent(productBlocked, { ...this.key(), reason });
  }

  unblocked(reason: string): DomainEvent<typeof productUnblocked> {
    return domainEvent(productUnblocked, { ...this.key(), reason });
  }

  transferredAway(
    transferId: `trf_${string}`,
    toOrganizationId: `org_${string}`,
    ownershipNumber: number,
  ): DomainEvent<typeof productTransferredAway> {
    return domainEvent(productTransferredAway, { ...this.key(), transferId, toOrganizationId, ownershipNumber });
  }

  /** The event for the receiving organization. `this` is the row of the former organization. */
  received(organizationId: `org_${string}`, data: ReceivedData): DomainEvent<typeof productReceived> {
    const { id, type, name } = this;
    return domainEvent(productReceived, {
      organizationId,
      productId: id,
      fromOrganizationId: this.organizationId,
      type,
      name,
      ...data,
    });
  }

  private key(): { organizationId: `org_${string}`; productId: `prd_${string}` } {
    return { organizationId: this.organizationId, productId: this.id };
  }
}
ProductSchema.setClass(Product);
