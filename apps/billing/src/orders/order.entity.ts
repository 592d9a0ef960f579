import { firstPeriod } from '@cordee/calendar/period';
import {
  orderPaid,
  type Order as OrderContract,
  type OrderLine as OrderLineContract,
} from '@cordee/contracts/billing/order';
import { DomainError } from '@cordee/contracts/domain-error';
import type { Currency } from '@cordee/contracts/values';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import type * as z from 'zod';

type OrderView = z.output<typeof OrderContract>;
export type OrderLine = z.output<typeof OrderLineContract>;

export const OrderSchema = defineEntity({
  name: 'Order',
  tableName: 'order',
  properties: {
    organizationId: idColumn('org').primary(),
    id: idColumn('ord').primary(),
    status: p.string().$type<OrderView['status']>(),
    currency: p.string().$type<Currency>(),
    lines: p.json<OrderLine[]>(),
    proFormaId: idColumn('pfm'),
    invoiceId: idColumn('inv').nullable(),
    relatedOrderId: idColumn('ord').nullable(),
    total: p.bigint('number'),
    createdAt: p.datetime(),
  },
});

/** A request for products. The products are created when the order is paid. */
export class Order extends OrderSchema.class {
  /** Cancels an unpaid order. A payment that arrives later goes to prepaid. Idempotent. */
  cancel(): void {
    if (this.status === 'paid') throw new DomainError('ORDER_PAID');
    this.status = 'cancelled';
  }

  view(): OrderView {
    const { id, status, currency, lines, proFormaId, total, createdAt } = this;
    return {
      id,
      status,
      currency,
      lines,
      proFormaId,
      invoiceId: this.invoiceId ?? null,
      relatedOrderId: this.relatedOrderId ?? null,
      total: { amount: total, currency },
      createdAt: createdAt.toISOString(),
    };
  }
}
OrderSchema.setClass(Order);

/** The fields of an order that its payment reads and changes. */
export type PayableOrder = Pick<Order, 'organizationId' | 'id' | 'status' | 'lines' | 'invoiceId'>;

/**
 * Marks the order as paid, and returns its event. `startsOn` is the first day of the first period of each product.
 */
export function payOrder(
  order: PayableOrder,
  invoiceId: `inv_${string}`,
  startsOn: string,
): DomainEvent<typeof orderPaid> {
  order.status = 'paid';
  order.invoiceId = invoiceId;
  const lines = order.lines.map((line) => {
    const period = firstPeriod({ anchor: startsOn, interval: line.interval });
    return { ...line, periodStart: period.start, periodEnd: period.end };
  });
  return domainEvent(orderPaid, { organizationId: order.organizationId, orderId: order.id, invoiceId, lines });
}
