import { Jobs } from '@cordee/service/jobs';
import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { Injectable, Inject, type OnModuleInit } from '@nestjs/common';
import { endGrants, SYSTEM_ACTOR } from './end-grants.ts';

/** Records the end of expired grants. A grant has no effect after its end, even before this job runs. */
@Injectable()
export class GrantJobs implements OnModuleInit {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(BackgroundTransactions) private readonly background: BackgroundTransactions,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: 'end-grants',
      everyMs: 60_000,
      findDue: () =>
        this.background.findDue(
          'grt',
          `select organization_id, id from access_grant where ended_at is null and ends_at <= ? order by ends_at`,
        ),
      work: ({ organizationId, id }) =>
        this.background.asSystem(async (context) => {
          await endGrants(context, { organizationId, id, endsAt: { $lte: context.now } }, SYSTEM_ACTOR);
        }),
    });
  }
}
