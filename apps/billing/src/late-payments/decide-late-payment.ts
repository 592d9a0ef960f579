import { addDays } from '@cordee/calendar/local-date';
import type { AccessCache } from '@cordee/access/access-cache';
import { toUuid } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { BackgroundTransactions } from '@cordee/service/background-transactions';
import type { EntityManager } from '@mikro-orm/postgresql';
import { money, zero } from '@cordee/money/money';
import { matchPayment } from '../bank-files/payment-matching.ts';
import { defaultTolerances } from '../bank-files/payment-tolerance.ts';
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
import { shortfallEntries, taxSharesOf } from '../vat/tax-shares.ts';
import { hasSameOffer } from './has-same-offer.ts';

/** The days after the expiry of a pro forma in which a payment still converts it. */
export const LATE_DAYS = 10;

interface BookingKey {
  readonly organizationId: `org_${string}`;
  /** The booking that credited the payment to prepaid. */
  readonly id: `bkg_${string}`;
}

interface LatePayment extends Omit<PayableProForma, 'numberCheck'> {
  readonly proForma: ProForma;
  readonly valuedOn: string;
  readonly amount: number;
  readonly currency: Currency;
  /** True when the bank has taken the money back. */
  readonly isReversed: boolean;
  /** True when the bank file shows charges, or that the payer instructed another amount. */
  readonly showsFees: boolean;
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
    {
      document_id: `pfm_${string}`;
      valued_on: string;
      currency: Currency;
      amount: string;
      is_reversed: boolean;
      shows_fees: boolean;
    }[]
  >(
    `select booking.document_id, valued_on::text, currency, -sum(amount) as amount, exists (
       select from ledger_booking reversal
       where reversal.organization_id = booking.organization_id and reversal.reverses = booking.id
     ) as is_reversed, exists (
       select from bank_booking where bank_booking.id = booking.id and shows_fees
     ) as shows_fees
     from ledger_booking booking join ledger_entry entry on
       entry.organization_id = booking.organization_id and booking_id = booking.id and account = 'prepaid'
     where booking.organization_id = ? and booking.id = ? group by booking.organization_id, booking.id, currency`,
    [toUuid(organizationId), toUuid(id)],
  );
  const { document_id: proFormaId, valued_on: valuedOn, currency, amount } = row!;
  const [proForma, order, lines] = await Promise.all([
    em.findOneOrFail(ProForma, { organizationId, id: proFormaId }),
    em.findOne(Order, { organizationId, proFormaId }),
    readLines(em, organizationId, proFormaId),
  ]);
  return {
    proForma,
    order,
    lines,
    valuedOn,
    currency,
    amount: Number(amount),
    isReversed: row!.is_reversed,
    showsFees: row!.shows_fees,
  };
}

/** Returns the outcome that the pro forma and the amount decide; undefined when they allow a conversion. */
function outcomeByDocument(latePayment: LatePayment): Outcome | undefined {
  const { proForma, valuedOn, isReversed } = latePayment;
  // Without the reversed payment, the pro forma could only be paid from other prepaid money.
  if (isReversed) return 'prepaid_spent';
  if (proForma.status !== 'issued') return 'not_payable';
  if (valuedOn > addDays(proForma.validUntil, LATE_DAYS)) return 'too_late';
  return settlementOf(latePayment).kind === 'settle' ? undefined : 'amount_too_low';
}

/** Decides, as for a payment in time, whether the amount pays the pro forma (PAY-3). */
const settlementOf = ({
  proForma,
  valuedOn,
  amount,
  currency,
  showsFees,
}: LatePayment): ReturnType<typeof matchPayment> =>
  matchPayment(
    {
      reference: proForma.reference,
      isReferenceInvalid: false,
      amount: money(amount, currency),
      valueDate: valuedOn,
      showsFees,
    },
    {
      kind: 'open',
      document: proForma.orderId ? 'pro_forma' : 'renewal',
      openAmount: money(proForma.openAmount(), proForma.currency),
    },
    { tolerances: defaultTolerances, allowsPartPayment: false },
  );

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
  const [latePayment, balances, [storedDecision]] = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
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
  if (storedDecision) return;
  const { proForma, valuedOn, currency } = latePayment;
  const settlement = settlementOf(latePayment);
  const { bankFees, difference } =
    settlement.kind === 'settle' ? settlement : { bankFees: zero(currency), difference: zero(currency) };
  const shortfall = bankFees.amount + difference.amount;
  const isCovered = (balances.get(proForma.currency) ?? 0) >= proForma.openAmount() - shortfall;
  const result = outcome ?? outcomeByDocument(latePayment) ?? (isCovered ? 'converted' : 'prepaid_spent');
  if (result === 'converted') {
    const draft = await convertProForma(context, proForma, { paidOn: valuedOn, method: 'prepaid', shortfall });
    const { invoice, lines } = draft;
    const account = bankFees.amount > 0 ? 'bank_fees' : 'payment_differences';
    const entriesOfShortfall = shortfallEntries(account, taxSharesOf(lines, invoice.taxPlace), shortfall);
    spendPrepaid(context, invoice, invoice.total - shortfall, entriesOfShortfall);
    await numberInvoices(context, [draft]);
  } else await payOldestInvoices(context, organizationId, currency);
  await em.execute(`insert into late_payment (organization_id, booking_id, outcome, decided_at) values (?, ?, ?, ?)`, [
    toUuid(organizationId),
    toUuid(id),
    result,
    now,
  ]);
}
