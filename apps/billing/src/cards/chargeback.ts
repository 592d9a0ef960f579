import { prepaidCredited } from '@cordee/contracts/billing/prepaid';
import { newId } from '@cordee/contracts/id';
import { domainEvent } from '@cordee/outbox/publish';
import { findPaymentsToReverse, reversePrepaidPayments } from '../bank-files/reverse-payment.ts';
import type { BillingContext } from '../billing-context.ts';
import { lockInvoicesToReopen } from '../documents/lock-invoices-to-reopen.ts';
import { readLines } from '../documents/stored-lines.ts';
import { readLedgerEntries } from '../ledger/read-ledger-entries.ts';
import { postLedgerBooking } from '../ledger/post-ledger-booking.ts';
import { payOldestInvoices } from '../payments/pay-from-prepaid.ts';
import type { CardPayment } from './card-payment.entity.ts';

/**
 * Records that the bank of the payer took money back. The invoice is open again, with a new due date. Money
 * that went to prepaid is taken from prepaid; money that prepaid no longer has is a loss of the seller. The caller must
 * first lock the prepaid account.
 */
export async function recordChargeback(context: BillingContext, payment: CardPayment, amount: number): Promise<void> {
  const { em, now, publish, seller } = context;
  const { organizationId, bookingId, invoiceId, currency } = payment;
  const entries = await readLedgerEntries(context, organizationId, bookingId!);
  const paidAmount = -entries.reduce((sum, entry) => sum + (entry.account === 'receivable' ? entry.amount : 0), 0);
  // A chargeback takes the money of the invoice first, then the money in prepaid.
  const fromInvoice = Math.min(amount, Math.max(0, paidAmount - payment.chargedBackAmount));
  const fromPrepaid = amount - fromInvoice;
  const { coveredAmount, paymentIds } = await findPaymentsToReverse(context, organizationId, currency, fromPrepaid);
  await reversePrepaidPayments(context, organizationId, currency, paymentIds);
  const documentId = invoiceId ?? payment.documentId;
  const today = seller.today(now);
  postLedgerBooking(em, now, {
    organizationId,
    id: newId('bkg', now),
    kind: 'chargeback',
    ...(fromPrepaid > 0 && { reason: 'reversed' as const }),
    ...(documentId && { documentId }),
    valuedOn: today,
    currency,
    entries: [
      { account: 'card', amount: -amount },
      ...(invoiceId ? [{ account: 'receivable' as const, amount: fromInvoice, documentId: invoiceId }] : []),
      { account: 'prepaid', amount: coveredAmount },
      { account: 'bad_debt', amount: fromPrepaid - coveredAmount },
    ],
  });
  await publish(payment.addChargeback(amount, { chargedBackOn: today, isInvoiceOpen: fromInvoice > 0 }));
  if (invoiceId && fromInvoice > 0) {
    const [[invoice], lines] = await Promise.all([
      lockInvoicesToReopen(em, organizationId, [invoiceId]),
      readLines(em, organizationId, invoiceId),
    ]);
    await publish(invoice!.reopen({ amount: fromInvoice, reversedOn: today, dueOn: seller.reopenedDueOn(now) }, lines));
  }
  await payOldestInvoices(context, organizationId, currency);
}

/**
 * Records that the provider returned money of a chargeback. The money goes to prepaid, which pays the invoice of
 * the payment first, and then the oldest open invoices.
 */
export async function recordReturnedChargeback(
  context: BillingContext,
  payment: CardPayment,
  amount: number,
): Promise<void> {
  const { em, now, publish, seller } = context;
  const { organizationId, currency } = payment;
  const valueDate = seller.today(now);
  const documentId = payment.invoiceId ?? payment.documentId ?? null;
  const bookingId = newId('bkg', now);
  payment.returnedAmount += amount;
  postLedgerBooking(em, now, {
    organizationId,
    id: bookingId,
    kind: 'card_payment',
    reason: 'reversed',
    ...(documentId && { documentId }),
    valuedOn: valueDate,
    currency,
    entries: [
      { account: 'card', amount },
      { account: 'prepaid', amount: -amount },
    ],
  });
  await publish(
    domainEvent(prepaidCredited, {
      organizationId,
      bookingId,
      amount: payment.money(amount),
      currency,
      reason: 'reversed',
      valueDate,
      documentId,
    }),
  );
  await payOldestInvoices(context, organizationId, currency, payment.invoiceId);
}
