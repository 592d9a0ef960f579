import {
  cardAuthenticationRequired,
  cardPaymentChargedBack,
  cardPaymentFailed,
  type CardPayment as CardPaymentView,
} from '@cordee/contracts/billing/card-payment';
import type { Currency, MoneyValue } from '@cordee/contracts/values';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import type { Card, PaymentFailure } from './payment-provider.ts';

type View = z.output<typeof CardPaymentView>;
export type CardPaymentStatus = View['status'];

/**
 * Status → the statuses that may follow. A failed payment may still succeed: the provider may report the money after
 * the end of the link. Money that has arrived always counts.
 */
const transitions: Readonly<Record<CardPaymentStatus, readonly CardPaymentStatus[]>> = {
  started: ['succeeded', 'failed'],
  processing: ['authentication_required', 'succeeded', 'failed'],
  authentication_required: ['succeeded', 'failed'],
  failed: ['succeeded'],
  succeeded: ['charged_back'],
  charged_back: [],
};

/** The interval between the look-ups of a pending payment grows from the first to the second value. */
const FIRST_LOOK_UP_MS = 60_000;
const MAX_LOOK_UP_MS = 3_600_000;
/**
 * A chargeback can come for half a year. A succeeded payment is looked up once a week, because notifications get lost.
 */
const SUCCEEDED_LOOK_UP_MS = 7 * 86_400_000;
const SUCCEEDED_LOOK_UPS_END_MS = 180 * 86_400_000;
/** After this time, a payment that the provider does not know can no longer be paid. */
const FORGOTTEN_AFTER_MS = 86_400_000;

export const CardPaymentSchema = defineEntity({
  name: 'CardPayment',
  tableName: 'card_payment',
  properties: {
    organizationId: idColumn('org').primary(),
    id: idColumn('pay').primary(),
    documentId: p.string().$type<`pfm_${string}` | `inv_${string}`>().nullable(),
    status: p.string().$type<CardPaymentStatus>(),
    currency: p.string().$type<Currency>(),
    amount: p.bigint('number'),
    prepaidAmount: p.bigint('number'),
    reservationId: idColumn('bkg').nullable(),
    bookingId: idColumn('bkg').nullable(),
    invoiceId: idColumn('inv').nullable(),
    methodId: idColumn('mth').nullable(),
    url: p.string().nullable(),
    cardBrand: p.string().nullable(),
    cardLastFour: p.string().nullable(),
    failure: p.string().$type<PaymentFailure>().nullable(),
    feeAmount: p.bigint('number'),
    refundedAmount: p.bigint('number'),
    chargedBackAmount: p.bigint('number'),
    returnedAmount: p.bigint('number'),
    chargedBackOn: p.date().nullable(),
    createdAt: p.datetime(),
    nextLookUpAt: p.datetime().nullable(),
  },
});

/** A payment by card. The provider decides its state; each look-up applies the changes. Amounts are in minor units. */
export class CardPayment extends CardPaymentSchema.class {
  /** True until the payment has succeeded or failed. */
  isPending(): boolean {
    return transitions[this.status].includes('failed');
  }

  /** The part of the card's money that is neither refunded nor charged back. */
  refundableAmount(): number {
    return this.amount - this.refundedAmount - (this.chargedBackAmount - this.returnedAmount);
  }

  /**
   * `bookingId` is the ledger booking of the money, `invoiceId` the paid invoice; null when the money went to prepaid.
   */
  succeed({
    bookingId,
    invoiceId,
    card,
  }: {
    bookingId: `bkg_${string}`;
    invoiceId: `inv_${string}` | null;
    card: Card | null;
  }): void {
    this.moveTo('succeeded');
    Object.assign(this, { bookingId, invoiceId, url: null, failure: null, ...cardColumnsOf(card) });
  }

  fail(failure: PaymentFailure, reason: string | null, card: Card | null): DomainEvent<typeof cardPaymentFailed> {
    this.moveTo('failed');
    Object.assign(this, { failure, url: null, ...cardColumnsOf(card) });
    return domainEvent(cardPaymentFailed, { ...this.eventFields(), methodId: this.methodId ?? null, failure, reason });
  }

  requireAuthentication(url: string | null): DomainEvent<typeof cardAuthenticationRequired> {
    this.moveTo('authentication_required');
    this.url = url;
    return domainEvent(cardAuthenticationRequired, { ...this.eventFields(), methodId: this.methodId! });
  }

  addChargeback(
    amount: number,
    { chargedBackOn, isInvoiceOpen }: { chargedBackOn: string; isInvoiceOpen: boolean },
  ): DomainEvent<typeof cardPaymentChargedBack> {
    if (this.status === 'succeeded') this.moveTo('charged_back');
    this.chargedBackAmount += amount;
    this.chargedBackOn = chargedBackOn;
    return domainEvent(cardPaymentChargedBack, {
      ...this.eventFields(),
      chargedBack: this.money(amount),
      invoiceId: isInvoiceOpen ? this.invoiceId! : null,
    });
  }

  /** Plans the next look-up, unless a notification has asked for one since the last look-up. */
  planLookUp(now: Date): void {
    if (this.nextLookUpAt && this.nextLookUpAt <= now) return;
    const age = Math.max(0, now.getTime() - this.createdAt.getTime());
    const isPaid = this.status === 'succeeded' || this.status === 'charged_back';
    if (isPaid) this.nextLookUpAt = age < SUCCEEDED_LOOK_UPS_END_MS ? addMs(now, SUCCEEDED_LOOK_UP_MS) : null;
    else if (this.status === 'failed') this.nextLookUpAt = null;
    // The interval grows with the age of the payment.
    else this.nextLookUpAt = addMs(now, Math.min(MAX_LOOK_UP_MS, Math.max(FIRST_LOOK_UP_MS, age)));
  }

  /** For a payment that the provider does not know: true when it can no longer be paid. */
  isForgotten(now: Date): boolean {
    return this.status === 'started' && now.getTime() - this.createdAt.getTime() > FORGOTTEN_AFTER_MS;
  }

  view(): View {
    return {
      id: this.id,
      documentId: this.documentId ?? null,
      status: this.status,
      amount: this.money(this.amount),
      prepaidAmount: this.money(this.prepaidAmount),
      url: this.url ?? null,
      invoiceId: this.invoiceId ?? null,
      methodId: this.methodId ?? null,
      card: this.cardBrand && this.cardLastFour ? { brand: this.cardBrand, lastFour: this.cardLastFour } : null,
      failure: this.failure ?? null,
      refunded: this.money(this.refundedAmount),
      chargedBack: this.money(this.chargedBackAmount - this.returnedAmount),
      createdAt: this.createdAt.toISOString(),
    };
  }

  /** The fields that the events of a card payment have in common. */
  eventFields() {
    const { organizationId, id, currency } = this;
    const documentId = this.documentId ?? null;
    return { organizationId, paymentId: id, documentId, currency, amount: this.money(this.amount) };
  }

  money(amount: number): MoneyValue {
    return { amount, currency: this.currency };
  }

  private moveTo(status: CardPaymentStatus): void {
    if (!transitions[this.status].includes(status))
      throw new Error(`a card payment that is ${this.status} cannot become ${status}`);
    this.status = status;
  }
}
CardPaymentSchema.setClass(CardPayment);

export const firstLookUpAt = (now: Date): Date => addMs(now, FIRST_LOOK_UP_MS);

const addMs = (now: Date, ms: number): Date => new Date(now.getTime() + ms);

const cardColumnsOf = (card: Card | null) => card && { cardBrand: card.brand, cardLastFour: card.lastFour };
