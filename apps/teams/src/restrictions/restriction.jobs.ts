import { Jobs } from '@cordee/service/jobs';
import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { Injectable, Inject, type OnModuleInit } from '@nestjs/common';
import { SYSTEM_ACTOR } from '../grants/end-grants.ts';
import { endRestrictions } from './end-restrictions.ts';

/** Records the planned end of restrictions. A restriction has no effect after its end, even before this job runs. */
@Injectable()
export class RestrictionJobs implements OnModuleInit {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(BackgroundTransactions) private readonly background: BackgroundTransactions,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: 'end-restrictions',
      everyMs: 60_000,
      findDue: () =>
        this.background.findDue(
          'res',
          `select organization_id, resource_id as id from restriction where ended_at is null and ends_at <= ?
           group by organization_id, resource_id order by min(ends_at)`,
        ),
      work: ({ organizationId, id: resourceId }) =>
        this.background.asSystem(async (context) => {
          await endRestrictions(context, organizationId, { resourceId, expiredAt: context.now }, SYSTEM_ACTOR);
        }),
    });
  }
}
