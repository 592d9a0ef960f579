import { getCardPayment } from '@cordee/contracts/billing/card-payment';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import { CardPayment } from './card-payment.entity.ts';

@Controller()
export class CardPaymentQueries {
  @Handles(getCardPayment)
  async getCardPayment(
    { organizationId, paymentId }: Input<typeof getCardPayment>,
    { em }: QueryContext,
  ): Promise<Output<typeof getCardPayment>> {
    const payment = await em.findOne(CardPayment, { organizationId, id: paymentId });
    if (!payment) throw new DomainError('CARD_PAYMENT_NOT_FOUND');
    return payment.view();
  }
}
