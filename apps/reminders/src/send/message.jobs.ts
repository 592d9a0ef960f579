import { AccessCache } from '@cordee/access/access-cache';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { Jobs } from '@cordee/service/jobs';
import { CONFIG } from '@cordee/service/service-host';
import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { RemindersConfig } from '../config.ts';
import { SmtpMailer } from '../delivery/smtp-mailer.ts';
import { deliverMessage } from './deliver-message.ts';
import { prepareMessages } from './prepare-messages.ts';

const EVERY_MS = 1_000;

/** Prepares due reminders, then delivers the messages. */
@Injectable()
export class MessageJobs implements OnModuleInit, OnModuleDestroy {
  private readonly mailer: SmtpMailer;

  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(BackgroundTransactions) private readonly background: BackgroundTransactions,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(CONFIG) private readonly config: RemindersConfig,
  ) {
    this.mailer = new SmtpMailer(config);
  }

  onModuleInit(): void {
    this.jobs.register({
      name: 'prepare',
      everyMs: EVERY_MS,
      findDue: () =>
        this.background.findDue(
          'rem',
          `select organization_id, id, traceparent from reminder where status = 'planned' and next_try_at <= ?
           order by next_try_at`,
        ),
      work: async ({ organizationId, id }) => {
        const hasQueuedMessages = await prepareMessages(
          { organizationId, id },
          { background: this.background, rpc: this.rpc, access: this.access, config: this.config },
        );
        if (hasQueuedMessages) await this.jobs.wake();
      },
    });
    this.jobs.register({
      name: 'deliver',
      everyMs: EVERY_MS,
      findDue: () =>
        this.background.findDue(
          'msg',
          `select organization_id, id, traceparent from message
           where status in ('queued', 'sending') and next_try_at <= ? order by next_try_at`,
        ),
      work: ({ organizationId, id }) =>
        deliverMessage(
          { organizationId, id },
          { background: this.background, rpc: this.rpc, mailer: this.mailer, access: this.access },
        ),
    });
  }

  onModuleDestroy(): void {
    this.mailer.close();
  }
}
