import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { Jobs } from '@cordee/service/jobs';
import { CONFIG } from '@cordee/service/service-host';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { BillingConfig } from '../config.ts';
import { Seller } from '../seller/seller.ts';
import { carryOutRefund } from './card-refund.ts';
import { returnUrlOf } from './choose-provider.ts';
import { lookUpCardPayment } from './look-up-card-payment.ts';
import { lookUpPaymentMethod } from './look-up-payment-method.ts';
import { PAYMENT_PROVIDER, type PaymentProvider } from './payment-provider.ts';

const EVERY_MS = 5_000;

/** Looks up due card payments and payment methods at the provider, and sends due refunds to the provider. */
@Injectable()
export class CardJobs implements OnModuleInit {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(BackgroundTransactions) private readonly background: BackgroundTransactions,
    @Inject(Seller) private readonly seller: Seller,
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null,
    @Inject(CONFIG) private readonly config: BillingConfig,
  ) {}

  onModuleInit(): void {
    const { background, seller, provider } = this;
    if (!provider) return;
    const dependencies = { background, seller, provider, returnUrl: returnUrlOf(this.config) };
    const selectDueSql = (table: string): string =>
      `select organization_id, id from ${table} where next_look_up_at <= ? order by next_look_up_at`;
    this.jobs.register({
      name: 'look-up-card-payments',
      everyMs: EVERY_MS,
      findDue: () => background.findDue('pay', selectDueSql('card_payment')),
      work: (row) => lookUpCardPayment(row, dependencies),
    });
    this.jobs.register({
      name: 'carry-out-card-refunds',
      everyMs: EVERY_MS,
      findDue: () => background.findDue('pay', selectDueSql('card_refund')),
      work: (row) => carryOutRefund(row, dependencies),
    });
    this.jobs.register({
      name: 'look-up-payment-methods',
      everyMs: EVERY_MS,
      findDue: () => background.findDue('mth', selectDueSql('payment_method')),
      work: (row) => lookUpPaymentMethod(row, dependencies),
    });
  }
}
