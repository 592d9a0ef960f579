import { localDateIn } from '@cordee/calendar/local-date';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { Jobs } from '@cordee/service/jobs';
import { CONFIG } from '@cordee/service/service-host';
import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { RenewalsConfig } from '../config.ts';
import { takeStep } from './take-step.ts';

const EVERY_MS = 2_000;

/** Looks for products whose day has come. */
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
      everyMs: EVERY_MS,
      findDue: () =>
        this.background.findDue(
          'prd',
          // What has failed waits behind what is due for the first time, so that no number of failures stops the others.
          `select organization_id, product_id as id from renewal where next_step_on <= ? and (next_try_at is null or next_try_at <= ?)
           order by next_try_at nulls first, next_step_on, product_id`,
          (now) => [localDateIn(this.config.SELLER_ZONE, now), now],
        ),
      work: async ({ organizationId, id: productId }) => {
        // A clock that has moved far makes several steps due, one after the other.
        while (
          await takeStep(
            { organizationId, productId },
            { background: this.background, rpc: this.rpc, config: this.config },
          )
        );
      },
    });
  }
}
