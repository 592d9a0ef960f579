import {
  paymentMethodDeclined,
  paymentMethodDeleted,
  paymentMethodStored,
  type PaymentMethodEntry,
} from '@cordee/contracts/billing/payment-method';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import type { ProviderMethod } from './payment-provider.ts';

const LOOK_UP_INTERVAL_MS = 60_000;
/** After this time, a payment method that the payer has not confirmed has failed. */
const CONFIRMABLE_MS = 86_400_000;

export const PaymentMethodSchema = defineEntity({
  name: 'PaymentMethod',
  tableName: 'payment_method',
  properties: {
    organizationId: idColumn('org').primary(),
    id: idColumn('mth').primary(),
    status: p.string().$type<'pending' | 'usable' | 'declined' | 'failed' | 'deleted'>(),
    position: p.bigint('number'),
    token: p.string().nullable(),
    cardBrand: p.string().nullable(),
    cardLastFour: p.string().nullable(),
    expiresOn: p.string().nullable(),
    createdAt: p.datetime(),
    nextLookUpAt: p.datetime().nullable(),
  },
});

/** A stored card: its brand, last four digits and expiry, and the token of the provider. Never its number. */
export class PaymentMethod extends PaymentMethodSchema.class {
  /** True when the organization sees the payment method in its list. */
  isListed(): boolean {
    return this.status !== 'failed' && this.status !== 'deleted';
  }

  /**
   * Applies the state of the provider to a pending payment method. Returns an event when the payer has confirmed the
   * card.
   */
  applyProviderState(providerMethod: ProviderMethod | undefined, now: Date): DomainEvent<typeof paymentMethodStored>[] {
    if (this.status !== 'pending') return [];
    if (providerMethod?.status === 'usable') {
      Object.assign(this, {
        status: 'usable',
        token: providerMethod.token,
        cardBrand: providerMethod.card!.brand,
        cardLastFour: providerMethod.card!.lastFour,
        expiresOn: providerMethod.expiresOn,
        nextLookUpAt: null,
      });
      const { organizationId, id } = this;
      return [domainEvent(paymentMethodStored, { organizationId, methodId: id, expiresOn: providerMethod.expiresOn! })];
    }
    const hasFailed = providerMethod?.status === 'failed' || now.getTime() - this.createdAt.getTime() > CONFIRMABLE_MS;
    if (hasFailed) this.status = 'failed';
    this.nextLookUpAt = hasFailed ? null : nextLookUpAt(now);
    return [];
  }

  /** Marks a permanently declined card, which is not charged again. */
  decline(reason: string | null): DomainEvent<typeof paymentMethodDeclined>[] {
    if (this.status !== 'usable') return [];
    this.status = 'declined';
    const { organizationId, id } = this;
    return [domainEvent(paymentMethodDeclined, { organizationId, methodId: id, reason })];
  }

  /** Marks the payment method as deleted. A job deletes it at the provider. */
  delete(now: Date): DomainEvent<typeof paymentMethodDeleted> {
    this.status = 'deleted';
    this.nextLookUpAt = now;
    const { organizationId, id } = this;
    return domainEvent(paymentMethodDeleted, { organizationId, methodId: id });
  }

  view(): z.output<typeof PaymentMethodEntry> {
    return {
      id: this.id,
      status: this.status as 'pending' | 'usable' | 'declined',
      card: this.cardBrand && this.cardLastFour ? { brand: this.cardBrand, lastFour: this.cardLastFour } : null,
      expiresOn: this.expiresOn ?? null,
      createdAt: this.createdAt.toISOString(),
    };
  }
}
PaymentMethodSchema.setClass(PaymentMethod);

/** When a pending payment method is looked up next. */
export const nextLookUpAt = (now: Date): Date => new Date(now.getTime() + LOOK_UP_INTERVAL_MS);
