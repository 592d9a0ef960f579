import { toUuid } from '@cordee/contracts/id';
import { money } from '@cordee/money/money';
import type { BackgroundTransactions } from '@cordee/service/background-transactions';
import type { Seller } from '../seller/seller.ts';
import { providerReferenceOf, type CardKey } from './card-reference.ts';
import type { PaymentProvider, ProviderPayment } from './payment-provider.ts';
import { cardAmountIfPayable, readPayable } from './start-card-payment.ts';
import { settleCardPayment } from './settle-card-payment.ts';

/** A claimed row is not due for this time, so that no other replica claims it. Calls to the provider are shorter. */
const CLAIM_MS = 60_000;

export interface CardJobDependencies {
  readonly background: BackgroundTransactions;
  readonly provider: PaymentProvider;
  readonly seller: Seller;
  readonly returnUrl: string;
}

interface DuePayment {
  status: string;
  amount: string;
  currency: string;
  prepaid_amount: string;
  document_id: `pfm_${string}` | `inv_${string}` | null;
  /** The token of the payment method; null when the payment has none, or when the method is not usable any more. */
  token: string | null;
}

/** Claims a due row by moving its next look-up. Returns undefined when another replica has claimed the row. */
export const claimDueRow = <R>(
  background: BackgroundTransactions,
  { table, columns }: { table: string; columns: string },
  { organizationId, id }: CardKey,
): Promise<R | undefined> =>
  background.asSystem(async ({ em, now }) => {
    const [row] = await em.execute<R[]>(
      `update ${table} as due set next_look_up_at = ?
       where organization_id = ? and id = ? and next_look_up_at <= ? returning ${columns}`,
      [new Date(now.getTime() + CLAIM_MS), toUuid(organizationId), toUuid(id), now],
    );
    return row;
  });

/**
 * Looks up a due card payment at the provider and applies the state that the provider returns. Charges the payment
 * method when the provider does not know the payment. The provider charges once per reference, so a repeat is harmless.
 */
export async function lookUpCardPayment(
  key: CardKey<`pay_${string}`>,
  { background, provider, seller, returnUrl }: CardJobDependencies,
): Promise<void> {
  const duePayment = await claimDueRow<DuePayment>(
    background,
    {
      table: 'card_payment',
      columns: `status, amount, currency, prepaid_amount, document_id, (
        select token from payment_method method
        where method.organization_id = due.organization_id and method.id = due.method_id and method.status = 'usable'
      ) as token`,
    },
    key,
  );
  if (!duePayment) return;
  const reference = providerReferenceOf(key);
  let providerPayment = await provider.findPayment(reference);
  if (!providerPayment && duePayment.status === 'processing') {
    const { token } = duePayment;
    if (token === null) providerPayment = failedWithoutCharge('method_not_usable');
    else if (!(await isStillPayable(key, duePayment, { background, seller })))
      providerPayment = failedWithoutCharge('document_not_payable');
    else
      providerPayment = await provider
        .chargeMethod({ reference, amount: money(Number(duePayment.amount), duePayment.currency), token, returnUrl })
        // The provider may have charged the card, although its answer got lost.
        .catch(() => provider.findPayment(reference));
    // The result is unknown. The next look-up finds the result, or charges the card.
    if (!providerPayment) return;
  }
  await background.asSystem((context) => settleCardPayment({ ...context, seller }, key, providerPayment));
}

/** False when the document was paid, cancelled or corrected since the charge was requested. */
const isStillPayable = (
  { organizationId }: CardKey,
  { document_id: documentId, amount, prepaid_amount: prepaidAmount }: DuePayment,
  { background, seller }: Pick<CardJobDependencies, 'background' | 'seller'>,
): Promise<boolean> =>
  background.asSystem(async ({ em, now }) => {
    if (documentId === null) return true;
    const document = await readPayable(em, { organizationId, documentId });
    const payable = cardAmountIfPayable(document, { prepaidAmount: Number(prepaidAmount) }, seller.today(now));
    return payable?.amount === Number(amount);
  });

/** The state of a payment that failed before the provider was asked to charge the card. */
const failedWithoutCharge = (reason: string): ProviderPayment => ({
  status: 'failed',
  url: null,
  capturedAmount: 0,
  capturedAt: null,
  feeAmount: 0,
  failure: { kind: 'soft_decline', reason },
  card: null,
  chargedBackAmount: 0,
  returnedAmount: 0,
});
