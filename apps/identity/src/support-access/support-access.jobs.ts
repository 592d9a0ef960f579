import { Jobs } from '@cordee/service/jobs';
import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { LockMode } from '@mikro-orm/postgresql';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { SupportAccess } from './support-access.entity.ts';
import { endEntries } from './support-entries.ts';

/** Records the expiry of support accesses. An expired access has no effect, even before this job runs. */
@Injectable()
export class SupportAccessJobs implements OnModuleInit {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(BackgroundTransactions) private readonly background: BackgroundTransactions,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: 'end-support-accesses',
      everyMs: 30_000,
      findDue: () =>
        this.background.findDue(
          'sup',
          `select organization_id, id from support_access where ended_at is null and ends_at <= ? order by ends_at`,
        ),
      work: ({ organizationId, id }) =>
        this.background.asSystem(async ({ em, now, publish }) => {
          const access = await em.findOne(
            SupportAccess,
            { organizationId, id },
            { lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE },
          );
          const endedEvent = access?.expire(now);
          if (!access || !endedEvent) return;
          await endEntries(em, access, { leftAt: access.endsAt });
          await publish(endedEvent);
        }),
    });
  }
}
