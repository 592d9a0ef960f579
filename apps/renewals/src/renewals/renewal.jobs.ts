import { toId } from '@cordee/contracts/id';
import { localDateIn } from '@cordee/calendar/local-date';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { Jobs } from '@cordee/service/jobs';
import { CONFIG } from '@cordee/service/service-host';
import { Work } from '@cordee/service/work';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { RenewalsConfig } from '../config.ts';
import { takeStep } from './take-step.ts';

const EVERY_MS = 2_000;
const BATCH = 500;

/** Looks for products whose day has come. */
@Injectable()
export class RenewalJobs implements OnModuleInit {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(Work) private readonly work: Work,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(CONFIG) private readonly config: RenewalsConfig,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: 'renew',
      everyMs: EVERY_MS,
      findDue: () =>
        this.work.asSweep(async ({ em, now }) => {
          const rows = await em.execute<{ organization_id: string; product_id: string }[]>(
            // What has failed waits behind what is due for the first time, so that no number of failures stops the others.
            `select organization_id, product_id from renewal where next_step_on <= ? and (next_try_at is null or next_try_at <= ?)
             order by next_try_at nulls first, next_step_on, product_id limit ?`,
            [localDateIn(this.config.SELLER_ZONE, now), now, BATCH],
          );
          return rows.map((row) => ({ organizationId: toId('org', row.organization_id), id: toId('prd', row.product_id) }));
        }),
      work: async ({ organizationId, id }) => {
        // A clock that has moved far makes several steps due, one after the other.
        while (await takeStep({ organizationId, productId: id as `prd_${string}` }, { work: this.work, rpc: this.rpc, config: this.config }));
      },
    });
  }
}
