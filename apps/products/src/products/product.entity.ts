import { productBlocked, productCreated, productUnblocked } from '@cordee/contracts/products/product';
import { productReceived, productTransferredAway } from '@cordee/contracts/products/transfer';
import type { EventData } from '@cordee/contracts/contract';
import { fact, type Fact } from '@cordee/outbox/publish';
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

type Ordered = Pick<
  EventData<typeof productCreated>,
  'interval' | 'periodStart' | 'currency' | 'isAutomaticRenewal' | 'isWarranted'
>;

/** What a product brings to the organization that it comes to. */
export type Moved = Pick<
  EventData<typeof productReceived>,
  'transferId' | 'possession' | 'renewal' | 'kept' | 'keptRight'
>;

/** One instance of a catalogue entry, owned by one organization. */
export class Product extends ProductSchema.class {
  created(ordered: Ordered): Fact<typeof productCreated> {
    return fact(productCreated, { ...this.key(), orderId: this.orderId, type: this.type, name: this.name, ...ordered });
  }

  blocked(reason: string): Fact<typeof productBlocked> {
    return fact(productBlocked, { ...this.key(), reason });
  }

  unblocked(reason: string): Fact<typeof productUnblocked> {
    return fact(productUnblocked, { ...this.key(), reason });
  }

  transferredAway(
    transferId: `trf_${string}`,
    toOrganizationId: `org_${string}`,
    possession: number,
  ): Fact<typeof productTransferredAway> {
    return fact(productTransferredAway, { ...this.key(), transferId, toOrganizationId, possession });
  }

  /** As the organization that it came to hears it; `this` is still the one that it left. */
  received(organizationId: `org_${string}`, moved: Moved): Fact<typeof productReceived> {
    const { id, type, name } = this;
    return fact(productReceived, {
      organizationId,
      productId: id,
      fromOrganizationId: this.organizationId,
      type,
      name,
      ...moved,
    });
  }

  private key(): { organizationId: `org_${string}`; productId: `prd_${string}` } {
    return { organizationId: this.organizationId, productId: this.id };
  }
}
ProductSchema.setClass(Product);
