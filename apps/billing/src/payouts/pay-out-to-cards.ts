import type { payOutPrepaidToCards } from '@cordee/contracts/billing/pay-out';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import { newId } from '@cordee/contracts/id';
import type { BillingContext } from '../billing-context.ts';
import { requestCardRefund } from '../cards/card-refund.ts';
import { postLedgerBooking } from '../ledger/post-ledger-booking.ts';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';
import { readPrepaidBalance } from '../ledger/prepaid-balance.ts';
import { readCardMoney, sumOf } from './card-money.ts';

/**
 * Pays out prepaid money to the cards from which it came (PAY-4). A job sends the refunds to the provider; the money of
 * a refused refund becomes prepaid again.
 */
export async function payOutToCards(
  context: BillingContext,
  { organizationId, amount, currency }: Input<typeof payOutPrepaidToCards>,
): Promise<Output<typeof payOutPrepaidToCards>> {
  const { em, now, seller } = context;
  const [balance, cardMoney] = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
    Promise.all([readPrepaidBalance(em, organizationId, currency), readCardMoney(em, organizationId, currency)]),
  );
  if (balance < amount) throw new DomainError('PREPAID_INSUFFICIENT');
  const refundableAmount = sumOf(cardMoney);
  if (amount > refundableAmount)
    throw inputError('PAY_OUT_CARD_TOO_HIGH', ['/amount'], `must be at most ${refundableAmount} minor units`);
  postLedgerBooking(em, now, {
    organizationId,
    id: newId('bkg', now),
    kind: 'pay_out',
    reason: 'paid_out',
    valuedOn: seller.today(now),
    currency,
    entries: [
      { account: 'prepaid', amount },
      { account: 'card', amount: -amount },
    ],
  });
  let rest = amount;
  const refunds: Output<typeof payOutPrepaidToCards>['refunds'] = [];
  for (const { paymentId, card, amount: available } of cardMoney) {
    const part = Math.min(rest, available);
    if (part === 0) break;
    rest -= part;
    requestCardRefund(context, { organizationId, paymentId, documentId: null, currency, amount: part });
    refunds.push({ paymentId, card, amount: { amount: part, currency } });
  }
  return { refunds };
}
