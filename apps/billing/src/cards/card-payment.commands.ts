import { receiveCardNotification, startCardPayment, topUpPrepaidByCard } from '@cordee/contracts/billing/card-payment';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import {
  Handles,
  HandlesAfterPreparing,
  type CommandContext,
  type PreparationContext,
  type PreparedWork,
} from '@cordee/service/handler-decorators';
import { Jobs } from '@cordee/service/jobs';
import { CONFIG } from '@cordee/service/service-host';
import { Controller, Inject } from '@nestjs/common';
import type { BillingConfig } from '../config.ts';
import { Seller } from '../seller/seller.ts';
import { readProviderReference } from './card-reference.ts';
import { returnUrlOf } from './choose-provider.ts';
import { PAYMENT_PROVIDER, type PaymentProvider } from './payment-provider.ts';
import {
  cardAmountIfPayable,
  paymentIdOf,
  readPayable,
  startAtProvider,
  storeCardPayment,
  type CardRequest,
} from './start-card-payment.ts';

@Controller()
export class CardPaymentCommands {
  constructor(
    @Inject(Seller) private readonly seller: Seller,
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null,
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(CONFIG) private readonly config: BillingConfig,
  ) {}

  @HandlesAfterPreparing(startCardPayment)
  startCardPayment(
    input: Input<typeof startCardPayment>,
    context: PreparationContext,
  ): Promise<PreparedWork<typeof startCardPayment>> {
    return this.start(input, context);
  }

  @HandlesAfterPreparing(topUpPrepaidByCard)
  topUpPrepaidByCard(
    { amount, ...input }: Input<typeof topUpPrepaidByCard>,
    context: PreparationContext,
  ): Promise<PreparedWork<typeof topUpPrepaidByCard>> {
    return this.start({ ...input, documentId: null, topUp: amount }, context);
  }

  /** Starts the payment at the provider before the transaction, because a transaction must not wait for the network. */
  private async start(
    request: CardRequest,
    { call, now, read }: PreparationContext,
  ): Promise<(context: CommandContext) => Promise<Output<typeof startCardPayment>>> {
    const { provider, seller } = this;
    if (!provider) throw new DomainError('CARDS_NOT_OFFERED');
    const id = paymentIdOf(call, request);
    const document = request.documentId && (await read((em) => readPayable(em, request)));
    // The transaction reads the document again, and throws the error of a document that is not payable.
    const preparedAmount = cardAmountIfPayable(document, request, seller.today(now));
    const { organizationId } = request;
    const url =
      preparedAmount && !request.methodId
        ? await startAtProvider(provider, {
            id,
            organizationId,
            cardAmount: preparedAmount,
            returnUrl: returnUrlOf(this.config),
            language: call.language,
          })
        : null;
    return async (context) => {
      const result = await storeCardPayment({ ...context, seller }, request, { id, url, preparedAmount });
      context.afterCommit(() => this.jobs.wake());
      return result;
    };
  }

  /** A notification only makes a look-up due, so late, repeated and reordered notifications are harmless. */
  @Handles(receiveCardNotification)
  async receiveCardNotification(
    request: Input<typeof receiveCardNotification>,
    { em, now, afterCommit }: CommandContext,
  ): Promise<Output<typeof receiveCardNotification>> {
    const notification = this.provider?.readNotification(request, now);
    if (!notification) throw new DomainError('CARD_NOTIFICATION_INVALID');
    const key = notification.reference === null ? undefined : readProviderReference(notification.reference);
    // The answer does not tell whether the payment exists.
    if (!key) return {};
    setTenantContext(em, { organizationId: key.organizationId });
    // A look-up that is already due keeps its time.
    const parameters = [now, toUuid(key.organizationId), toUuid(key.id), now];
    // An id with the prefix `pay` belongs to a payment or to a refund.
    for (const table of key.id.startsWith('mth') ? ['payment_method'] : ['card_payment', 'card_refund'])
      sendAhead(
        em,
        `update ${table} set next_look_up_at = ?
         where organization_id = ? and id = ? and coalesce(next_look_up_at, 'infinity') > ? ${conditionSql[table]}`,
        parameters,
      );
    afterCommit(() => this.jobs.wake());
    return {};
  }
}

/** The conditions by table: finished refunds and confirmed payment methods are not looked up again. */
const conditionSql: Readonly<Record<string, string>> = {
  payment_method: `and status = 'pending'`,
  card_payment: '',
  card_refund: `and status = 'ordered'`,
};
