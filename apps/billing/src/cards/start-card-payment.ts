import type { startCardPayment as contract } from '@cordee/contracts/billing/card-payment';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import { newId } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import { money } from '@cordee/money/money';
import { actorId, type Call } from '@cordee/messaging/call';
import { insertRows } from '@cordee/service/database/insert-rows';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { BillingContext } from '../billing-context.ts';
import { Invoice } from '../documents/invoice.entity.ts';
import { ProForma } from '../documents/pro-forma.entity.ts';
import { postLedgerBooking } from '../ledger/post-ledger-booking.ts';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';
import { readPrepaidBalances } from '../ledger/prepaid-balance.ts';
import { CardPayment, firstLookUpAt } from './card-payment.entity.ts';
import { idFromIdempotencyKey, providerReferenceOf } from './card-reference.ts';
import { PaymentMethod } from './payment-method.entity.ts';
import type { PaymentProvider } from './payment-provider.ts';

/** A request to pay a document, or to pay an amount to prepaid. */
export type CardRequest = Pick<Input<typeof contract>, 'organizationId' | 'prepaidAmount' | 'methodId'> &
  (
    | { readonly documentId: Input<typeof contract>['documentId']; readonly topUp?: undefined }
    | { readonly documentId: null; readonly topUp: CardAmount }
  );

/** The amount to take from the card. */
export interface CardAmount {
  readonly amount: number;
  readonly currency: Currency;
}

/** The id is derived from the idempotency key, so a repeated call does not start another payment. */
export const paymentIdOf = ({ actor, idempotencyKey }: Call, request: CardRequest): `pay_${string}` =>
  idFromIdempotencyKey('pay', [actorId(actor), idempotencyKey, request]);

/**
 * Starts the payment at the provider and returns its link.
 * @throws DomainError `CARD_PROVIDER_UNAVAILABLE`
 */
export async function startAtProvider(
  provider: PaymentProvider,
  {
    id,
    organizationId,
    cardAmount,
    returnUrl,
    language,
  }: {
    id: `pay_${string}`;
    organizationId: `org_${string}`;
    cardAmount: CardAmount;
    returnUrl: string;
    language: string;
  },
): Promise<string> {
  const reference = providerReferenceOf({ organizationId, id });
  const amount = money(cardAmount.amount, cardAmount.currency);
  try {
    return (await provider.startPayment({ reference, amount, returnUrl, language })).url;
  } catch {
    // The provider may have started the payment, although its answer got lost.
    const started = await provider.findPayment(reference).catch(() => undefined);
    if (started?.url) return started.url;
    throw new DomainError('CARD_PROVIDER_UNAVAILABLE', { retryAfter: 2 });
  }
}

/** Reads the document of a request; null for a top-up, or when the document does not exist. */
export async function readPayable(
  em: EntityManager,
  { organizationId, documentId }: Pick<CardRequest, 'organizationId' | 'documentId'>,
): Promise<ProForma | Invoice | null> {
  if (documentId === null) return null;
  return documentId.startsWith('pfm')
    ? em.findOne(ProForma, { organizationId, id: documentId as `pfm_${string}` }, { refresh: true })
    : em.findOne(Invoice, { organizationId, id: documentId as `inv_${string}` }, { refresh: true });
}

/**
 * Returns the amount to take from the card: the open amount without the prepaid part, or the amount of a top-up.
 * @throws DomainError `DOCUMENT_NOT_FOUND`, `DOCUMENT_NOT_PAYABLE`, `PREPAID_PART_TOO_HIGH`
 */
function cardAmountOf(
  document: ProForma | Invoice | null,
  { prepaidAmount = 0, topUp }: Pick<CardRequest, 'prepaidAmount' | 'topUp'>,
  today: string,
): CardAmount {
  if (topUp) return topUp;
  if (!document) throw new DomainError('DOCUMENT_NOT_FOUND');
  const isPayable = document instanceof ProForma ? document.statusOn(today) === 'issued' : document.isOpen();
  if (!isPayable) throw new DomainError('DOCUMENT_NOT_PAYABLE');
  const openAmount = document.openAmount();
  if (prepaidAmount >= openAmount)
    throw inputError('PREPAID_PART_TOO_HIGH', ['/prepaidAmount'], 'must be lower than the open amount');
  return { amount: openAmount - prepaidAmount, currency: document.currency };
}

/** Like `cardAmountOf`, but returns undefined instead of throwing a `DomainError`. */
export function cardAmountIfPayable(...parameters: Parameters<typeof cardAmountOf>): CardAmount | undefined {
  try {
    return cardAmountOf(...parameters);
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

/**
 * Stores a card payment and reserves its prepaid part. `url` is the link of the provider; null for a payment
 * with a stored payment method, which a job charges. `preparedAmount` is the amount that was read before the
 * transaction; undefined when the document was not payable then.
 */
export async function storeCardPayment(
  { em, now, seller }: BillingContext,
  request: CardRequest,
  { id, url, preparedAmount }: { id: `pay_${string}`; url: string | null; preparedAmount: CardAmount | undefined },
): Promise<Output<typeof contract>> {
  const { organizationId, documentId, prepaidAmount = 0, methodId } = request;
  const today = seller.today(now);
  const [existing, document, balances, method] = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
    Promise.all([
      em.findOne(CardPayment, { organizationId, id }, { refresh: true }),
      readPayable(em, request),
      prepaidAmount > 0 ? readPrepaidBalances(em, organizationId) : new Map<Currency, number>(),
      methodId ? em.findOne(PaymentMethod, { organizationId, id: methodId }, { refresh: true }) : null,
    ]),
  );
  // An idempotency key is deleted after a day; the payment remains.
  if (existing) return { paymentId: id, url: existing.url ?? null };
  const cardAmount = cardAmountOf(document, request, today);
  if (methodId) assertUsable(method);
  if (cardAmount.amount !== preparedAmount?.amount) throw new DomainError('DOCUMENT_AMOUNT_CHANGED');
  const { amount, currency } = cardAmount;
  if (prepaidAmount > (balances.get(currency) ?? 0)) throw new DomainError('PREPAID_INSUFFICIENT');
  const reservationId = prepaidAmount > 0 ? newId('bkg', now) : null;
  if (reservationId)
    postLedgerBooking(em, now, {
      organizationId,
      id: reservationId,
      kind: 'prepaid_payment',
      reason: 'used',
      ...(documentId && { documentId }),
      valuedOn: today,
      currency,
      entries: [
        { account: 'prepaid', amount: prepaidAmount },
        { account: 'reserved', amount: -prepaidAmount },
      ],
    });
  const payment = em.create(
    CardPayment,
    {
      organizationId,
      id,
      documentId,
      status: methodId ? 'processing' : 'started',
      currency,
      amount,
      prepaidAmount,
      reservationId,
      methodId: methodId ?? null,
      url,
      feeAmount: 0,
      refundedAmount: 0,
      chargedBackAmount: 0,
      returnedAmount: 0,
      createdAt: now,
      nextLookUpAt: methodId ? now : firstLookUpAt(now),
    },
    { persist: false },
  );
  insertRows(em, [payment]);
  return { paymentId: id, url };
}

/** @throws DomainError `PAYMENT_METHOD_NOT_FOUND`, `PAYMENT_METHOD_NOT_USABLE` */
function assertUsable(method: PaymentMethod | null): void {
  if (!method?.isListed()) throw new DomainError('PAYMENT_METHOD_NOT_FOUND');
  if (method.status !== 'usable') throw new DomainError('PAYMENT_METHOD_NOT_USABLE');
}
