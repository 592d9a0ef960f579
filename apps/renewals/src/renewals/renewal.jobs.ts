import { localDateIn } from '@cordee/calendar/local-date';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { Jobs } from '@cordee/service/jobs';
import { CONFIG } from '@cordee/service/service-host';
import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { RenewalsConfig } from '../config.ts';
import { runRenewalStep } from './run-renewal-step.ts';

const SWEEP_INTERVAL_MS = 2_000;

/** Finds renewals with a due step and runs the step. */
@Injectable()
export class RenewalJobs implements OnModuleInit {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(BackgroundTransactions) private readonly background: BackgroundTransactions,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(CONFIG) private readonly config: RenewalsConfig,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: 'renew',
      everyMs: SWEEP_INTERVAL_MS,
      findDue: () =>
        this.background.findDue(
          'prd',
          // First runs come before retries, so that many failing renewals do not delay other renewals.
          `select organization_id, product_id as id from renewal
           where next_step_on <= ? and (next_retry_at is null or next_retry_at <= ?)
           order by next_retry_at nulls first, next_step_on, product_id`,
          (now) => [localDateIn(this.config.SELLER_ZONE, now), now],
        ),
      work: async ({ organizationId, id: productId }) => {
        // Runs steps until none is due: after the clock was moved forward, several steps of a renewal can be due.
        while (
          await runRenewalStep(
            { organizationId, productId },
            { background: this.background, rpc: this.rpc, config: this.config },
          )
        );
      },
    });
  }
}
