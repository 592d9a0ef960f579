import { productBlocked, productCreated, productUnblocked } from '@cordee/contracts/products/product';
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

type Ordered = Pick<EventData<typeof productCreated>, 'interval' | 'periodStart' | 'currency' | 'isAutomaticRenewal' | 'isWarranted'>;

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

  private key(): { organizationId: `org_${string}`; productId: `prd_${string}` } {
    return { organizationId: this.organizationId, productId: this.id };
  }
}
ProductSchema.setClass(Product);
