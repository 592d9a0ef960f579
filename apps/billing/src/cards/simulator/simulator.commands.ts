import { describeSimulatedPayment, paySimulatedPayment } from '@cordee/contracts/billing/card-simulator';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import type { Currency } from '@cordee/contracts/values';
import { HandlesAfterPreparing, type PreparedWork } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { PAYMENT_PROVIDER, type PaymentProvider } from '../payment-provider.ts';
import { CardSimulator } from './card-simulator.ts';
import { isWaiting } from './simulated-payment.ts';
import { testCards } from './simulated-cards.ts';

/** The calls of the page of the card simulator. The simulator has transactions of its own, like another system. */
@Controller()
export class SimulatorCommands {
  constructor(@Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null) {}

  @HandlesAfterPreparing(describeSimulatedPayment)
  async describeSimulatedPayment({
    token,
  }: Input<typeof describeSimulatedPayment>): Promise<PreparedWork<typeof describeSimulatedPayment>> {
    const state = await this.simulator().describe(token);
    const { kind, amount, currency, returnUrl } = state;
    const output: Output<typeof describeSimulatedPayment> = {
      amount: kind === 'payment' ? { amount, currency: currency as Currency } : null,
      isOpen: isWaiting(state),
      returnUrl,
      cards: [...testCards],
    };
    return async () => output;
  }

  @HandlesAfterPreparing(paySimulatedPayment)
  async paySimulatedPayment(
    input: Input<typeof paySimulatedPayment>,
  ): Promise<PreparedWork<typeof paySimulatedPayment>> {
    const output = await this.simulator().pay(input);
    return async () => output;
  }

  private simulator(): CardSimulator {
    if (this.provider instanceof CardSimulator) return this.provider;
    throw new DomainError('SIMULATED_PAYMENT_NOT_FOUND');
  }
}
