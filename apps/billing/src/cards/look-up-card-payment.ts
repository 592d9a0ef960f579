import { toUuid } from '@cordee/contracts/id';
import { money } from '@cordee/money/money';
import type { BackgroundTransactions } from '@cordee/service/background-transactions';
import type { Seller } from '../seller/seller.ts';
import { referenceOf, type CardKey } from './card-reference.ts';
import type { PaymentProvider, ProviderPayment } from './payment-provider.ts';
import { settleCardPayment } from './settle-card-payment.ts';

/** Other replicas leave a claimed row alone for this time. It is longer than a call to the provider. */
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
  /** The token of the stored method; null when the method was deleted or declined meanwhile. */
  token: string | null;
}

/** Claims a due row: plans its next look-up. Returns undefined when another replica was faster. */
export const claimDue = <R>(
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
 * Looks a due card payment up at the provider and applies its state. A charge of a stored method that the provider does
 * not know is made now: nobody is charged twice, because the look-up comes first and the charge has a reference.
 */
export async function lookUpCardPayment(
  key: CardKey<`pay_${string}`>,
  { background, provider, seller, returnUrl }: CardJobDependencies,
): Promise<void> {
  const due = await claimDue<DuePayment>(
    background,
    {
      table: 'card_payment',
      columns: `status, amount, currency, (
        select token from payment_method method
        where method.organization_id = due.organization_id and method.id = due.method_id and method.status = 'usable'
      ) as token`,
    },
    key,
  );
  if (!due) return;
  const reference = referenceOf(key);
  let found = await provider.findPayment(reference);
  if (!found && due.status === 'processing') {
    const amount = money(Number(due.amount), due.currency);
    found =
      due.token === null
        ? METHOD_GONE
        : await provider
            .chargeMethod({ reference, amount, token: due.token, returnUrl })
            // The provider may have charged the card, although its answer got lost.
            .catch(() => provider.findPayment(reference));
    // The result is unknown: the next look-up finds it, or charges the card.
    if (!found) return;
  }
  await background.asSystem((context) => settleCardPayment({ ...context, seller }, key, found));
}

const METHOD_GONE: ProviderPayment = {
  status: 'failed',
  url: null,
  capturedAmount: 0,
  capturedAt: null,
  feeAmount: 0,
  failure: { kind: 'soft_decline', reason: 'method_not_usable' },
  card: null,
  chargedBackAmount: 0,
  returnedAmount: 0,
};
