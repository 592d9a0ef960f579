import { addDays } from '@cordee/calendar/local-date';
import type { AccessCache } from '@cordee/access/access-cache';
import { toUuid } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { BackgroundTransactions } from '@cordee/service/background-transactions';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { BillingContext } from '../billing-context.ts';
import { numberInvoices } from '../documents/issue-invoice.ts';
import { ProForma } from '../documents/pro-forma.entity.ts';
import { readLines } from '../documents/stored-lines.ts';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';
import { readPrepaidBalances } from '../ledger/prepaid-balance.ts';
import { Order } from '../orders/order.entity.ts';
import { convertProForma, type PayableProForma } from '../payments/convert-pro-forma.ts';
import { payOldestInvoices, spendPrepaid } from '../payments/pay-from-prepaid.ts';
import type { Seller } from '../seller/seller.ts';
import { hasSameOffer } from './has-same-offer.ts';

/** The days after the expiry of a pro forma in which a payment still converts it. */
export const LATE_DAYS = 10;

interface BookingKey {
  readonly organizationId: `org_${string}`;
  /** The booking that credited the payment to prepaid. */
  readonly id: `bkg_${string}`;
}

interface LatePayment extends Omit<PayableProForma, 'refusedCheck'> {
  readonly proForma: ProForma;
  readonly valuedOn: string;
  readonly amount: number;
  readonly currency: Currency;
  /** True when the bank has taken the money back. */
  readonly isReversed: boolean;
}

/** `converted`: the money paid the pro forma. Otherwise the reason why the money stays in prepaid. */
type Outcome = 'converted' | 'too_late' | 'amount_too_low' | 'not_payable' | 'offer_changed' | 'prepaid_spent';

interface Dependencies {
  readonly background: BackgroundTransactions;
  readonly rpc: RpcClient;
  readonly access: AccessCache;
  readonly seller: Seller;
}

/** Converts the pro forma of a late payment, or leaves the money in prepaid. The stored outcome is final. */
export async function decideLatePayment(booking: BookingKey, dependencies: Dependencies): Promise<void> {
  const { background, seller } = dependencies;
  const latePayment = await background.asSystem(({ em }) => readLatePayment(em, booking));
  // The prices come from another service, so they are fetched before the transaction that takes the lock.
  const outcome =
    outcomeByDocument(latePayment) ??
    ((await hasSameOffer(latePayment, latePayment.valuedOn, dependencies)) ? undefined : 'offer_changed');
  await background.asSystem((context) => storeDecision({ ...context, seller }, booking, outcome));
}

async function readLatePayment(em: EntityManager, { organizationId, id }: BookingKey): Promise<LatePayment> {
  const [row] = await em.execute<
    { document_id: `pfm_${string}`; valued_on: string; currency: Currency; amount: string; is_reversed: boolean }[]
  >(
    `select booking.document_id, valued_on::text, currency, -sum(amount) as amount, exists (
       select from ledger_booking reversal
       where reversal.organization_id = booking.organization_id and reversal.reverses = booking.id
     ) as is_reversed
     from ledger_booking booking join ledger_entry entry on
       entry.organization_id = booking.organization_id and booking_id = booking.id and account = 'prepaid'
     where booking.organization_id = ? and booking.id = ? group by booking.organization_id, booking.id, currency`,
    [toUuid(organizationId), toUuid(id)],
  );
  const { document_id: proFormaId, valued_on: valuedOn, currency, amount, is_reversed: isReversed } = row!;
  const [proForma, order, lines] = await Promise.all([
    em.findOneOrFail(ProForma, { organizationId, id: proFormaId }),
    em.findOne(Order, { organizationId, proFormaId }),
    readLines(em, organizationId, proFormaId),
  ]);
  return { proForma, order, lines, valuedOn, currency, amount: Number(amount), isReversed };
}

/** Returns the outcome that the pro forma and the amount decide; undefined when they allow a conversion. */
function outcomeByDocument({ proForma, valuedOn, amount, currency, isReversed }: LatePayment): Outcome | undefined {
  // Other prepaid money never pays a pro forma by itself.
  if (isReversed) return 'prepaid_spent';
  if (proForma.status !== 'issued') return 'not_payable';
  if (valuedOn > addDays(proForma.validUntil, LATE_DAYS)) return 'too_late';
  return currency === proForma.currency && amount >= proForma.openAmount() ? undefined : 'amount_too_low';
}

/**
 * Stores the outcome. Without an outcome, converts the pro forma if nothing has changed in the meantime. Money that
 * stays in prepaid may pay open invoices.
 */
async function storeDecision(
  context: BillingContext,
  booking: BookingKey,
  outcome: Outcome | undefined,
): Promise<void> {
  const { em, now } = context;
  const { organizationId, id } = booking;
  const [latePayment, balances, [decision]] = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
    Promise.all([
      readLatePayment(em, booking),
      readPrepaidBalances(em, organizationId),
      em.execute(`select from late_payment where organization_id = ? and booking_id = ?`, [
        toUuid(organizationId),
        toUuid(id),
      ]),
    ]),
  );
  // Another replica has decided.
  if (decision) return;
  const { proForma, valuedOn, currency } = latePayment;
  const isCovered = (balances.get(proForma.currency) ?? 0) >= proForma.openAmount();
  const result = outcome ?? outcomeByDocument(latePayment) ?? (isCovered ? 'converted' : 'prepaid_spent');
  if (result === 'converted') {
    const draft = await convertProForma(context, proForma, { paidOn: valuedOn, method: 'prepaid' });
    spendPrepaid(context, draft.invoice, draft.invoice.total);
    await numberInvoices(context, [draft]);
  } else await payOldestInvoices(context, organizationId, currency);
  await em.execute(`insert into late_payment (organization_id, booking_id, outcome, decided_at) values (?, ?, ?, ?)`, [
    toUuid(organizationId),
    toUuid(id),
    result,
    now,
  ]);
}
