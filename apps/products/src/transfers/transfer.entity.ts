import { type Transfer as TransferContract } from '@cordee/contracts/products/transfer';
import {
  transferAccepted,
  transferCancelled,
  transferDeclined,
  transferExpired,
  transferOffered,
  transferOffererChanged,
} from '@cordee/contracts/products/transfer-events';
import { DomainError } from '@cordee/contracts/domain-error';
import type { EventData } from '@cordee/contracts/contract';
import type { Locale, MoneyValue } from '@cordee/contracts/values';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import type { NextCharge } from './next-charge.ts';

export type TransferView = z.output<typeof TransferContract>;
export type TransferStatus = TransferView['status'];

const OFFER_DURATION_MS = 14 * 86_400_000;
/** When a caller may try again after a request was rejected because an acceptance is running. */
export const RETRY_AFTER_SECONDS = 5;

export const TransferSchema = defineEntity({
  name: 'Transfer',
  tableName: 'transfer',
  properties: {
    organizationId: idColumn('org').primary(),
    id: idColumn('trf').primary(),
    productId: idColumn('prd'),
    kind: p.string().$type<'link' | 'email' | 'organization'>(),
    email: p.string().nullable(),
    /** The address in lower case, because addresses are compared without case. */
    emailKey: p.string().nullable(),
    locale: p.string().$type<Locale>(),
    /** The only organization that may accept, for kind `organization`. Set when the product is offered. */
    targetOrganizationId: idColumn('org').nullable(),
    secretHash: p.uint8array().nullable(),
    status: p.string().$type<TransferStatus>(),
    offeredBy: idColumn('acc'),
    /** The organization that accepts or has accepted; null before the acceptance. */
    toOrganizationId: idColumn('org').nullable(),
    acceptedBy: idColumn('acc').nullable(),
    /** The number of retained users when the transfer was offered. */
    offeredRetainedUserCount: p.integer(),
    /** The price and the due date of the next period when the transfer was offered. */
    offeredPriceAmount: p.bigint('number').nullable(),
    offeredPriceCurrency: p.string().$type<MoneyValue['currency']>().nullable(),
    offeredDueOn: p.date().nullable(),
    /** The accounts of the retained users, from the acceptance until the product has moved. */
    retainedAccountIds: p.array<`acc_${string}`>().nullable(),
    expiresAt: p.datetime(),
    createdAt: p.datetime(),
  },
});

/** The terms at the time of the offer. */
export type OfferedTerms = Pick<
  Transfer,
  'offeredRetainedUserCount' | 'offeredPriceAmount' | 'offeredPriceCurrency' | 'offeredDueOn'
>;

/** The offer of a product to another organization (PROD-5). */
export class Transfer extends TransferSchema.class {
  static readonly expiryOf = (now: Date): Date => new Date(now.getTime() + OFFER_DURATION_MS);

  hasExpired(now: Date): boolean {
    return this.status === 'offered' && now >= this.expiresAt;
  }

  /** True from the offer until the transfer ends, also while it is reserved. */
  isPending(now: Date): boolean {
    return this.status === 'accepting' || (this.status === 'offered' && !this.hasExpired(now));
  }

  assertOpen(now: Date): void {
    if (this.status === 'expired' || this.hasExpired(now)) throw new DomainError('TRANSFER_EXPIRED');
    if (this.status === 'accepting') throw new DomainError('TRANSFER_ACCEPTING', { retryAfter: RETRY_AFTER_SECONDS });
    if (this.status !== 'offered') throw new DomainError('TRANSFER_NOT_OPEN');
  }

  /** The next charge at the time of the offer; undefined when the renewals service did not know the product. */
  offeredCharge(): NextCharge | undefined {
    const { offeredPriceAmount: amount, offeredPriceCurrency: currency, offeredDueOn: dueOn } = this;
    return dueOn == null ? undefined : { price: amount == null ? null : { amount, currency: currency! }, dueOn };
  }

  offered(): DomainEvent<typeof transferOffered> {
    return domainEvent(transferOffered, { ...this.key(), kind: this.kind });
  }

  /** Replaces the offerer and the terms. A link gets a new secret, because the former offerer knows the old secret. */
  changeOfferer(
    offeredBy: `acc_${string}`,
    secretHash: Uint8Array | null,
    terms: OfferedTerms,
  ): DomainEvent<typeof transferOffererChanged> {
    const before = { offeredBy: this.offeredBy };
    Object.assign(this, terms, { offeredBy, secretHash });
    return domainEvent(transferOffererChanged, { ...this.key(), before, after: { offeredBy } });
  }

  /** Reserves the transfer. The acceptance, or a sweep after a crash, finishes or reopens the transfer. */
  reserve(toOrganizationId: `org_${string}`, acceptedBy: `acc_${string}`, retainedAccountIds: `acc_${string}`[]): void {
    this.status = 'accepting';
    this.retainedAccountIds = retainedAccountIds;
    this.toOrganizationId = toOrganizationId;
    this.acceptedBy = acceptedBy;
  }

  /** Reverts the reservation, because the renewals service rejected it: the offer is open again. */
  reopen(): void {
    this.status = 'offered';
    this.retainedAccountIds = null;
    this.toOrganizationId = null;
    this.acceptedBy = null;
  }

  accept(): DomainEvent<typeof transferAccepted> {
    this.end('accepted');
    return domainEvent(transferAccepted, {
      ...this.key(),
      toOrganizationId: this.toOrganizationId!,
      acceptedBy: this.acceptedBy!,
    });
  }

  cancel(): DomainEvent<typeof transferCancelled> {
    this.end('cancelled');
    return domainEvent(transferCancelled, this.key());
  }

  decline(): DomainEvent<typeof transferDeclined> {
    this.end('declined');
    return domainEvent(transferDeclined, this.key());
  }

  expire(): DomainEvent<typeof transferExpired> {
    this.end('expired');
    return domainEvent(transferExpired, this.key());
  }

  /** Ends the transfer and removes personal data that is no longer needed. */
  private end(status: TransferStatus): void {
    this.status = status;
    this.email = null;
    this.emailKey = null;
    this.retainedAccountIds = null;
  }

  private key(): EventData<typeof transferCancelled> {
    return { organizationId: this.organizationId, transferId: this.id, productId: this.productId };
  }
}
TransferSchema.setClass(Transfer);
