import {
  cardAuthenticationRequired,
  cardPaymentChargedBack,
  cardPaymentFailed,
} from '@cordee/contracts/billing/card-payment';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Jobs } from '@cordee/service/jobs';
import { Controller, Inject } from '@nestjs/common';
import { planImmediateReminders } from './plan-immediate-reminders.ts';

/** Plans the mails about failed, unconfirmed and charged-back payments by card (PAY-1, PAY-5). */
@Controller()
export class CardReactions {
  constructor(@Inject(Jobs) private readonly jobs: Jobs) {}

  /** A failure of a stored card causes a mail. A payer with a link sees the failure on the page of the provider. */
  @Consumes(cardPaymentFailed)
  async planFailureNotice(
    { data }: CloudEvent<EventData<typeof cardPaymentFailed>>,
    context: ReactionContext,
  ): Promise<void> {
    const { organizationId, paymentId, documentId, amount, methodId, failure } = data;
    if (methodId === null) return;
    await planImmediateReminders(this.jobs, context, {
      organizationId,
      kind: failure === 'hard_decline' ? 'card_declined' : 'card_payment_failed',
      subjectId: paymentId,
      payload: { amount, documentId },
    });
  }

  /** The mail has a link to confirm the payment; the card is not declined. */
  @Consumes(cardAuthenticationRequired)
  async planConfirmationRequest(
    {
      data: { organizationId, paymentId, documentId, amount },
    }: CloudEvent<EventData<typeof cardAuthenticationRequired>>,
    context: ReactionContext,
  ): Promise<void> {
    await planImmediateReminders(this.jobs, context, {
      organizationId,
      kind: 'card_authentication_required',
      subjectId: paymentId,
      payload: { amount, documentId },
    });
  }

  @Consumes(cardPaymentChargedBack)
  async planChargebackNotice(
    { data, id }: CloudEvent<EventData<typeof cardPaymentChargedBack>>,
    context: ReactionContext,
  ): Promise<void> {
    const { organizationId, paymentId, invoiceId, chargedBack } = data;
    await planImmediateReminders(this.jobs, context, {
      organizationId,
      kind: 'card_charged_back',
      subjectId: paymentId,
      // The bank of the payer may take a payment back in several parts.
      occasion: id,
      payload: { amount: chargedBack, documentId: invoiceId },
    });
  }
}
