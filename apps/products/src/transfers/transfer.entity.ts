import {
  transferAccepted,
  transferCancelled,
  transferDeclined,
  transferExpired,
  transferOffered,
  transferOffererChanged,
  type Transfer as TransferContract,
} from '@cordee/contracts/products/transfer';
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

const OPEN_MS = 14 * 86_400_000;

export const TransferSchema = defineEntity({
  name: 'Transfer',
  tableName: 'transfer',
  properties: {
    organizationId: idColumn('org').primary(),
    id: idColumn('trf').primary(),
    productId: idColumn('prd'),
    kind: p.string().$type<'link' | 'email' | 'organization'>(),
    email: p.string().nullable(),
    /** Lower case: addresses are compared without case. */
    emailKey: p.string().nullable(),
    /** Tells how many mails the address was sent lately; forgotten when that no longer counts. */
    emailHash: p.string().nullable(),
    locale: p.string().$type<Locale>(),
    /** To which organization it is offered, where to one. */
    targetOrganizationId: idColumn('org').nullable(),
    secretHash: p.uint8array().nullable(),
    status: p.string().$type<TransferStatus>(),
    offeredBy: idColumn('acc'),
    /** Which organization accepted it. */
    toOrganizationId: idColumn('org').nullable(),
    acceptedBy: idColumn('acc').nullable(),
    /** How many people would have come with the product when it was offered. */
    offeredKeptPeopleCount: p.integer(),
    /** What it cost, and when the next period was due, when it was offered. */
    offeredPriceAmount: p.bigint('number').nullable(),
    offeredPriceCurrency: p.string().$type<MoneyValue['currency']>().nullable(),
    offeredDueOn: p.date().nullable(),
    /** Who comes with it, from its acceptance until it has moved. */
    keptAccountIds: p.array<`acc_${string}`>().nullable(),
    expiresAt: p.datetime(),
    createdAt: p.datetime(),
  },
});

/** What comes with an offer, as whoever made it was shown it. */
export type Offered = Pick<
  Transfer,
  'offeredKeptPeopleCount' | 'offeredPriceAmount' | 'offeredPriceCurrency' | 'offeredDueOn'
>;

/** A product that is offered to another organization, until somebody there accepts it (PROD-5). */
export class Transfer extends TransferSchema.class {
  static readonly expiryOf = (now: Date): Date => new Date(now.getTime() + OPEN_MS);

  hasExpired(now: Date): boolean {
    return this.status === 'offered' && now >= this.expiresAt;
  }

  isStanding(now: Date): boolean {
    return this.status === 'accepting' || (this.status === 'offered' && !this.hasExpired(now));
  }

  /** Refuses what can no longer be accepted or declined. */
  assertOpen(now: Date): void {
    if (this.status === 'expired' || this.hasExpired(now)) throw new DomainError('TRANSFER_EXPIRED');
    if (this.status === 'accepting') throw new DomainError('TRANSFER_ACCEPTING', { retryAfter: 5 });
    if (this.status !== 'offered') throw new DomainError('TRANSFER_NOT_OPEN');
  }

  /** What was due when it was offered; undefined where that was not known. */
  offeredDue(): NextCharge | undefined {
    const { offeredPriceAmount: amount, offeredPriceCurrency: currency, offeredDueOn: dueOn } = this;
    return dueOn == null ? undefined : { price: amount == null ? null : { amount, currency: currency! }, dueOn };
  }

  offered(): DomainEvent<typeof transferOffered> {
    return domainEvent(transferOffered, { ...this.key(), kind: this.kind });
  }

  /** Somebody else stands behind it, and behind what comes with it now. A link gets a new secret: the old one is known to whoever offered before, and that they may no longer. */
  changeOfferer(
    offeredBy: `acc_${string}`,
    secretHash: Uint8Array | null,
    offered: Offered,
  ): DomainEvent<typeof transferOffererChanged> {
    const before = { offeredBy: this.offeredBy };
    Object.assign(this, offered, { offeredBy, secretHash });
    return domainEvent(transferOffererChanged, { ...this.key(), before, after: { offeredBy } });
  }

  /** Whoever accepted has it for themselves: what follows is finished whatever happens in between. */
  reserve(toOrganizationId: `org_${string}`, acceptedBy: `acc_${string}`, keptAccountIds: `acc_${string}`[]): void {
    this.status = 'accepting';
    this.keptAccountIds = keptAccountIds;
    this.toOrganizationId = toOrganizationId;
    this.acceptedBy = acceptedBy;
  }

  /** It was refused after all: it is on offer as before. */
  release(): void {
    this.status = 'offered';
    this.keptAccountIds = null;
    this.toOrganizationId = null;
    this.acceptedBy = null;
  }

  accepted(): DomainEvent<typeof transferAccepted> {
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

  /** Over: the address is of no use any more, nor who comes along. */
  private end(status: TransferStatus): void {
    this.status = status;
    this.email = null;
    this.emailKey = null;
    this.keptAccountIds = null;
  }

  private key(): EventData<typeof transferCancelled> {
    return { organizationId: this.organizationId, transferId: this.id, productId: this.productId };
  }
}
TransferSchema.setClass(Transfer);
