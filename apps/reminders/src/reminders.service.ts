import type { ServiceDefinition } from '@cordee/service/service-definition';
import { Module } from '@nestjs/common';
import { RemindersConfig } from './config.ts';
import { reminders0001 } from './migrations/0001-reminders.ts';
import { reminders0002 } from './migrations/0002-traces.ts';
import { reminders0003 } from './migrations/0003-document-deliveries.ts';
import { reminders0004 } from './migrations/0004-delivery-mailboxes.ts';
import { BillingReactions } from './plan/billing.reactions.ts';
import { CardReactions } from './plan/card.reactions.ts';
import { ContentOwnerReactions } from './plan/content-owner.reactions.ts';
import { AccountReactions } from './plan/account.reactions.ts';
import { IdentityReactions } from './plan/identity.reactions.ts';
import { ProductsReactions } from './plan/products.reactions.ts';
import { RenewalsReactions } from './plan/renewals.reactions.ts';
import { TransferReactions } from './plan/transfer.reactions.ts';
import { MessageJobs } from './send/message.jobs.ts';
import { MessageQueries } from './verification/message.queries.ts';

@Module({
  controllers: [
    BillingReactions,
    CardReactions,
    ContentOwnerReactions,
    AccountReactions,
    IdentityReactions,
    ProductsReactions,
    RenewalsReactions,
    TransferReactions,
    MessageQueries,
  ],
  providers: [MessageJobs],
})
class RemindersModule {}

/** Plans and sends reminders, and verifies messages. */
export const remindersService: ServiceDefinition<typeof RemindersConfig> = {
  name: 'reminders',
  config: RemindersConfig,
  entities: [],
  migrations: [reminders0001, reminders0002, reminders0003, reminders0004],
  module: RemindersModule,
  sharesReactionTransactions: true,
};
